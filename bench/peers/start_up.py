"""From nothing to the first training step, as bench/start-up/ours.mjs, by PyTorch: a word when each stage is done."""
import sys


def main():
    backbone, side, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    import torch
    import torch.nn.functional as F
    from networks import make_network

    print("loaded", flush=True)
    model = make_network(backbone, 8).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=1e-4, fused=True)
    print("opened", flush=True)
    images = torch.randn(batch, 3, side, side).contiguous(memory_format=torch.channels_last)
    F.cross_entropy(model(images), torch.arange(batch) % 8).backward()
    optimizer.step()
    print("stepped", flush=True)


main()
