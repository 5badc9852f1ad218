"""Training steps on request, as bench/step/ours.mjs, by PyTorch.

Arguments: BACKBONE SIDE BATCH PRECISION DEVICE eager|compiled
"""
import sys
import time

import torch
import torch.nn.functional as F
from networks import make_network


def main():
    backbone, side, batch, precision, device, mode = sys.argv[1:7]
    side, batch, classes = int(side), int(batch), 8
    model = make_network(backbone, classes).to(device, memory_format=torch.channels_last)
    run = torch.compile(model) if mode == "compiled" else model
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=1e-4, fused=True)
    images = torch.randn(batch, 3, side, side, device=device).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(batch, device=device) % classes
    kind = torch.device(device).type

    def step():
        started = time.perf_counter()
        with torch.autocast(kind, torch.bfloat16, enabled=precision == "bfloat16"):
            logits = run(images)
        loss = F.cross_entropy(logits.float(), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        return time.perf_counter() - started

    for _ in range(3):
        step()
    print("ready", flush=True)
    for line in sys.stdin:
        print(" ".join(str(step()) for _ in range(int(line))), flush=True)


main()
