"""Training steps on request, as bench/step/ours.mjs, by PyTorch; with WORLD_SIZE set, by DistributedDataParallel.

Arguments: BACKBONE SIDE BATCH PRECISION DEVICE eager|compiled
"""
import os
import sys
import time

import torch
import torch.distributed as dist
import torch.nn.functional as F
from networks import make_network


def main():
    backbone, side, batch, precision, device, mode = sys.argv[1:7]
    world = int(os.environ.get("WORLD_SIZE", "1"))
    # The whole batch is shared.
    side, batch, classes = int(side), int(batch) // world, 8
    rank = int(os.environ.get("RANK", "0"))
    if world > 1:
        torch.set_num_threads(max(1, torch.get_num_threads() // world))
        dist.init_process_group("gloo")
    model = make_network(backbone, classes).to(device, memory_format=torch.channels_last)
    if world > 1:
        model = torch.nn.parallel.DistributedDataParallel(model)
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
    if rank == 0:
        print("ready", flush=True)
    for steps in requests(rank, world):
        seconds = " ".join(str(step()) for _ in range(steps))
        if rank == 0:
            print(seconds, flush=True)


def requests(rank, world):
    """How many steps are asked for next, in every process; the first one is asked."""
    while True:
        steps = torch.tensor(int(sys.stdin.readline() or 0) if rank == 0 else 0)
        if world > 1:
            dist.broadcast(steps, 0)
        if steps == 0:
            return
        yield int(steps)


main()
