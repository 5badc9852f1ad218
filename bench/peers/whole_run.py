"""A whole training run and one evaluation by the reference's procedure, as a plain script of PyTorch, Pillow and OpenCV does it.

Prints JSON: seconds of training and of evaluation, top-1, and the box metrics of both rules.
"""
import argparse
import json
import os
import time

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from box_search import RULES, BoxCounts, threshold_grid
from networks import make_network
from photographs import Photographs

MAP_SIDE = 224


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--backbone", default="resnet18")
    parser.add_argument("--precision", default="bfloat16")
    for name, default in {"image-size": 146, "crop-size": 128, "epochs": 15, "batch-size": 32, "seed": 0}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    return parser.parse_args()


def initialise(module):
    """As torchvision initialises its ResNets."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def loader(data, options, shuffle):
    workers = {"num_workers": options.workers, "persistent_workers": options.workers > 0}
    return torch.utils.data.DataLoader(data, options.batch_size, shuffle=shuffle, **workers)


def train(model, data, options):
    batches = loader(data, options, shuffle=True)
    optimizer = torch.optim.SGD(
        model.parameters(), options.lr, momentum=0.9, nesterov=True, weight_decay=1e-4, fused=True
    )
    steps = options.epochs * len(batches)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, total_steps=steps, cycle_momentum=False)
    for _ in range(options.epochs):
        for images, labels in batches:
            images = images.contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16"):
                logits = model(images)
            loss = F.cross_entropy(logits.float(), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()


def class_activation_map(features, weights):
    score_map = (features * weights[:, None, None]).mean(0).double().numpy()
    score_map = cv2.resize(score_map, (MAP_SIDE, MAP_SIDE), interpolation=cv2.INTER_CUBIC)
    score_map -= score_map.min()
    highest = score_map.max()
    return score_map / highest if highest > 0 else score_map


@torch.inference_mode()
def evaluate(model, data, options):
    model.eval()
    body, head = model[:-3], model[-3:]
    counts = BoxCounts(RULES, threshold_grid(0.001))
    boxes = iter(data.true_boxes(MAP_SIDE))
    correct = 0
    for images, labels in loader(data, options, shuffle=False):
        images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16"):
            features = body(images)
            logits = head(features)
        correct += int((logits.argmax(1) == labels).sum())
        for own, label in zip(features.float(), labels):
            counts.add(class_activation_map(own, head[-1].weight[label]), next(boxes))
    best = {rule: hits.max(axis=1) / len(data) for rule, hits in counts.hits.items()}
    return {
        "top1Cls": correct / len(data),
        "gtKnownLoc": best["largest"][1],
        "maxBoxAccV2": float(np.mean(best["all"])),
    }


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    training = Photographs(options.data, "train", options.image_size, options.crop_size)
    test = Photographs(options.data, "test", options.crop_size)
    model = make_network(options.backbone, max(training.labels) + 1)
    model.apply(initialise).to(memory_format=torch.channels_last)
    started = time.perf_counter()
    train(model, training, options)
    trained = time.perf_counter()
    figures = evaluate(model, test, options)
    seconds = {"trainSeconds": trained - started, "evaluateSeconds": time.perf_counter() - trained}
    print(json.dumps({**seconds, **figures}))


if __name__ == "__main__":
    main()
