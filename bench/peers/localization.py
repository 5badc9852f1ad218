"""Class activation maps and boxes on request, as bench/inference/ours.mjs, by PyTorch, Pillow, NumPy and OpenCV.

Arguments: BACKBONE WEIGHTS BATCH PRECISION DEVICE THREADS < a line of JSON, the paths. The weights are a state dict of torchvision's or
timm's network. After "ready" each line FIRST COUNT asks for so many images, answered by the seconds by the clock and of the
processor; the line "boxes" by the box of every image so far.
"""
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch
from networks import make_network
from PIL import Image

SIDE, THRESHOLD, BATCHES_AHEAD = 224, 0.15, 2
MEAN, STD = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


def load(model, path):
    """By the order of the tensors, which is the same but for timm's projections: they come first in their blocks."""
    given = torch.load(path)
    names = list(given)
    for projection in [name for name in names if name.endswith("downsample.conv.weight")]:
        block = projection.removesuffix("downsample.conv.weight")
        names.remove(projection)
        names.insert(max(at for at, name in enumerate(names) if name.startswith(block)) + 1, projection)
    state = model.state_dict()
    assert len(names) == len(state)
    model.load_state_dict({ours: given[name].view_as(state[ours]) for ours, name in zip(state, names)})


def read(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)), image.size


def box_of(score_map, size):
    """The largest contour's at the threshold, in the pixels of the image."""
    resized = cv2.resize(score_map, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    low, high = resized.min(), resized.max()
    grey = ((resized - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
    _, mask = cv2.threshold(grey, int(THRESHOLD * grey.max()), 255, cv2.THRESH_BINARY)
    contours = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)[-2]
    if not contours:
        return [0, 0, 0, 0]
    x, y, width, height = cv2.boundingRect(max(contours, key=cv2.contourArea))
    across, down = size[0] / SIDE, size[1] / SIDE
    edges = round(x * across), round(y * down), round((x + width) * across) - 1, round((y + height) * down) - 1
    return list(edges)


class Localizer:
    def __init__(self, backbone, weights, precision, device):
        classifier = torch.load(weights)
        classes = list(classifier.values())[-1].numel()
        model = make_network(backbone, classes)
        load(model, weights)
        self.model = model.eval().to(device, memory_format=torch.channels_last)
        self.body, self.classifier = self.model[:-3], self.model[-1]
        self.rows = self.classifier.weight.detach().float().cpu().numpy()
        self.device, self.is_half = torch.device(device), precision == "bfloat16"

    def localize(self, images):
        pixels = torch.from_numpy(np.stack([pixels for pixels, _ in images])).permute(0, 3, 1, 2).to(self.device)
        batch = pixels.float().div_(255).sub_(MEAN.to(self.device)).div_(STD.to(self.device))
        with torch.inference_mode(), torch.autocast(self.device.type, torch.bfloat16, enabled=self.is_half):
            features = self.body(batch)
            logits = self.classifier(features.mean((2, 3)))
        labels = logits.float().argmax(1).cpu().numpy()
        features = features.float().cpu().numpy()
        return [
            box_of(np.tensordot(self.rows[label], maps, 1), size)
            for label, maps, (_, size) in zip(labels, features, images)
        ]


def main():
    backbone, weights, batch, precision, device, threads = sys.argv[1:7]
    if threads != "0":
        torch.set_num_threads(int(threads))
    batch, paths = int(batch), json.loads(sys.stdin.readline())
    localizer = Localizer(backbone, weights, precision, device)
    pool = ThreadPoolExecutor(os.cpu_count())

    def localize(paths):
        """Decoded ahead, as a data loader does."""
        batches = [paths[at : at + batch] for at in range(0, len(paths), batch)]
        ahead = [[pool.submit(read, path) for path in paths] for paths in batches[:BATCHES_AHEAD]]
        boxes = []
        for at in range(len(batches)):
            images = [image.result() for image in ahead.pop(0)]
            if at + BATCHES_AHEAD < len(batches):
                ahead.append([pool.submit(read, path) for path in batches[at + BATCHES_AHEAD]])
            boxes += localizer.localize(images)
        return boxes

    localize(paths[: 2 * batch])
    boxes = {}
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "boxes":
            print(json.dumps([boxes[at] for at in sorted(boxes)]), flush=True)
            continue
        first, count = map(int, line.split())
        started, used = time.perf_counter(), time.process_time()
        found = localize(paths[first : first + count])
        print(time.perf_counter() - started, time.process_time() - used, flush=True)
        boxes.update(enumerate(found, first))


main()
