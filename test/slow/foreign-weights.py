"""Writes checkpoints as PyTorch, timm and numpy write them, with their logits, and loads what wsol exported: for
test/slow/foreign-weights.test.ts.

    foreign-weights.py write FOLDER
    foreign-weights.py load PROGRAM MEAN STD   prints the logits of a program's `model` for the same images, as JSON
    foreign-weights.py check                   whether everything can be imported"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "fixtures"))
import numpy as np
import safetensors.torch
import torch
import weights_networks as networks


def logits_of(model, mean, std):
    with torch.no_grad():
        return model(networks.normalised(networks.images(), mean, std)).tolist()


def write(folder):
    found = []

    def add(file, backbone, logits, mean, std):
        found.append({"file": file, "backbone": backbone, "logits": logits, "mean": mean, "std": std})

    for name in networks.NETWORKS:
        mean, std = networks.PIXELS.get(name, networks.IMAGENET)
        model = networks.network(name)
        logits = logits_of(model, mean, std)
        state = model.state_dict()
        torch.save(state, folder / f"{name}.pth")
        torch.save({"epoch": 3, "state_dict": {f"module.{key}": value for key, value in state.items()}},
                   folder / f"{name}-legacy.pth", _use_new_zipfile_serialization=False)
        safetensors.torch.save_file({key: value.contiguous() for key, value in state.items()},
                                    folder / f"{name}.safetensors")
        for file in [f"{name}.pth", f"{name}-legacy.pth", f"{name}.safetensors"]:
            add(file, name, logits, mean, std)
        torch.save({"model": {key: value.half() if value.is_floating_point() else value for key, value in state.items()}},
                   folder / f"{name}-half.pth")
        model.half().float()
        add(f"{name}-half.pth", name, logits_of(model, mean, std), mean, std)
    for kind in ["preresnet18", "seresnet50"]:
        variables, logits = networks.tensorpack(kind, networks.images())
        np.savez(folder / f"{kind}-tensorpack.npz", **variables)
        np.savez_compressed(folder / f"{kind}-tensorpack-compressed.npz", **variables)
        for file in [f"{kind}-tensorpack.npz", f"{kind}-tensorpack-compressed.npz"]:
            add(file, kind, logits.tolist(), *networks.IMAGENET)
    (folder / "expected.json").write_text(json.dumps(found))


def load(program, mean, std):
    """Runs the lines of Python that an export printed; they define `model`."""
    scope = {}
    exec(program, scope)  # noqa: S102
    print(json.dumps(logits_of(scope["model"].eval(), json.loads(mean), json.loads(std))))


if __name__ == "__main__":
    torch.set_num_threads(2)
    if sys.argv[1] == "check":
        print(torch.__version__)
    elif sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        load(*sys.argv[2:5])
