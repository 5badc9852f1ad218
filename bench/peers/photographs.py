"""A split in the layout of docs/data.md as a data set of PyTorch, with the transforms of torchvision on Pillow's images."""
import csv
import os
import random

import numpy as np
import torch
from PIL import Image

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


class Photographs(torch.utils.data.Dataset):
    """Images resized to a square; with `crop` a random one and a flip of one in two, for training."""

    def __init__(self, root, split, side, crop=None):
        self.root, self.side, self.crop = root, side, crop
        self.folder = os.path.join(root, "metadata", split)
        self.ids = [row[0] for row in self.rows("image_ids.txt")]
        labels = {row[0]: int(row[1]) for row in self.rows("class_labels.txt")}
        self.labels = [labels[name] for name in self.ids]

    def rows(self, name):
        with open(os.path.join(self.folder, name), newline="") as file:
            return [row for row in csv.reader(file) if row]

    def true_boxes(self, map_side):
        """By image, scaled to score maps of that side as the reference scales them."""
        sizes = {name: (int(width), int(height)) for name, width, height, *_ in self.rows("image_sizes.txt")}
        boxes = {name: [] for name in self.ids}
        for name, *corners in self.rows("localization.txt"):
            boxes[name].append((np.array(corners[:4], int) * map_side / np.array(sizes[name] * 2)).astype(int))
        return [np.array(boxes[name]) for name in self.ids]

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, index):
        with Image.open(os.path.join(self.root, "images", self.ids[index])) as file:
            image = file.convert("RGB").resize((self.side, self.side), Image.Resampling.BILINEAR)
        if self.crop is not None:
            left, top = (random.randint(0, self.side - self.crop) for _ in range(2))
            image = image.crop((left, top, left + self.crop, top + self.crop))
            if random.random() < 0.5:
                image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)
        return pixels.float().div_(255).sub_(MEAN).div_(STD), self.labels[index]
