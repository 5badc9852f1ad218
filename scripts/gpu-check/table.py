"""Training steps, as bench/step.mjs --json measured them, beside what the device can do at most.

Arguments: DEVICE FILE. A step's operations are counted by PyTorch, backward pass included. Its traffic is a lower bound: every
layer reads what it is given and writes what it makes once in the forward pass, and twice as much in the backward pass.
"""
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench" / "peers"))
from networks import make_network  # noqa: E402

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
MODES = ("eager", "compiled")


def seconds_of(work, device):
    """Of one call: the best of five times ten."""

    def wait():
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    best = float("inf")
    for _ in range(5):
        wait()
        begin = time.perf_counter()
        for _ in range(10):
            work()
        wait()
        best = min(best, (time.perf_counter() - begin) / 10)
    return best


def matmul_rate(dtype, device):
    """Operations a second, of random square matrices."""
    side = 8192 if device.type == "cuda" else 1024
    a, b = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    return 2 * side**3 / seconds_of(lambda: a @ b, device)


def copy_rate(device):
    """Bytes a second, read and written."""
    count = (4 << 30 if device.type == "cuda" else 256 << 20) // 4
    a, b = (torch.zeros(count, device=device) for _ in range(2))
    return 2 * 4 * count / seconds_of(lambda: b.copy_(a), device)


def work_of_a_step(backbone, side, batch, element_size):
    """Operations and bytes of a step."""
    model = make_network(backbone, 8)
    elements = 0

    def count(_, inputs, output):
        nonlocal elements
        elements += sum(given.numel() for given in inputs) + output.numel()

    for module in model.modules():
        if not list(module.children()):
            module.register_forward_hook(count)
    counter = FlopCounterMode(display=False)
    with counter:
        F.cross_entropy(model(torch.zeros(2, 3, side, side)), torch.tensor([0, 1])).backward()
    return counter.get_total_flops() * batch / 2, 3 * elements * element_size * batch / 2


def main():
    device, path = torch.device(sys.argv[1]), sys.argv[2]
    rates = {name: matmul_rate(dtype, device) for name, dtype in DTYPES.items()}
    copied = copy_rate(device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    print(f"{name}, PyTorch {torch.__version__}")
    for precision, rate in rates.items():
        print(f"matrix product, {precision}: {rate / 1e12:.3g} TFLOP/s")
    print(f"copy: {copied / 1e9:.4g} GB/s\n")
    print(f"{'':<38}{'ms a step':>26}{'ratio to':>18}{'share of':>18}")
    print(f"{'':<38}{'ours':>8}{'eager':>9}{'compiled':>9}{'eager':>9}{'compiled':>9}{'matmul':>9}{'copy':>9}")
    for row in json.loads(Path(path).read_text())["rows"]:
        milliseconds, precision = row["milliseconds"], row["precision"]
        ours = milliseconds["ours"]
        operations, traffic = work_of_a_step(row["backbone"], row["side"], row["batch"], DTYPES[precision].itemsize)
        cells = [f"{ours:8.1f}"]
        cells += [f"{milliseconds[mode]:9.1f}" if mode in milliseconds else f"{'-':>9}" for mode in MODES]
        cells += [f"{milliseconds[mode] / ours:9.2f}" if mode in milliseconds else f"{'-':>9}" for mode in MODES]
        seconds = ours / 1000
        cells += [f"{operations / seconds / rates[precision]:9.1%}", f"{traffic / seconds / copied:9.1%}"]
        print(f"{row['backbone']} {row['side']}/{row['batch']} {precision}".ljust(38) + "".join(cells))


main()
