"""The reference evaluator's box search: OpenCV's contours at every threshold of the grid, one search after the other."""
from itertools import chain

import cv2
import numpy as np

LEVELS = (0.3, 0.5, 0.7)
RULES = ("largest", "all")


def threshold_grid(step):
    return np.arange(0, 1, step)


class BoxCounts:
    """Thresholds that hit a true box, by rule, IoU level and threshold, over the images so far."""

    def __init__(self, rules, thresholds):
        self.thresholds = thresholds
        self.hits = {rule: np.zeros((len(LEVELS), len(thresholds)), np.int64) for rule in rules}

    def add(self, score_map, truth):
        """Contours are searched once for all rules that are counted."""
        grey = (score_map * 255).astype(np.uint8)
        levels = (self.thresholds * grey.max()).astype(int).tolist()
        mask = np.empty_like(grey)
        contours = [contours_at(grey, level, mask) for level in levels]
        for rule, hits in self.hits.items():
            best = best_iou_of_each(BOXES[rule], contours, truth, grey.shape)
            for index, level in enumerate(LEVELS):
                hits[index] += best >= level


def contours_at(grey, level, mask):
    """The mask's memory is written anew by each search."""
    cv2.threshold(grey, level, 255, cv2.THRESH_BINARY, mask)
    return cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)[-2]


def box_of_largest(contours):
    return [cv2.boundingRect(max(contours, key=cv2.contourArea))]


def boxes_of_all(contours):
    return list(map(cv2.boundingRect, contours))


BOXES = {"largest": box_of_largest, "all": boxes_of_all}
# Of a mask without foreground: clipped and with its end included, the box 0 0 0 0.
NOTHING = [(0, 0, 0, 0)]


def best_iou_of_each(boxes_of, contours, truth, shape):
    """For each threshold the best IoU of its boxes with a true one."""
    found = [boxes_of(some) if len(some) > 0 else NOTHING for some in contours]
    counts = [len(boxes) for boxes in found]
    numbers = chain.from_iterable(chain.from_iterable(found))
    boxes = np.fromiter(numbers, int, 4 * sum(counts)).reshape(-1, 4)
    best = iou(corners(boxes, shape), truth).max(axis=1)
    if len(boxes) == len(counts):
        return best
    return np.maximum.reduceat(best, np.cumsum([0, *counts[:-1]]))


def corners(boxes, shape):
    """x y width height as x0 y0 x1 y1, of which the reference takes x0 + width and y0 + height, within the map."""
    height, width = shape
    boxes[:, 2:] += boxes[:, :2]
    np.minimum(boxes[:, 2:], (width - 1, height - 1), out=boxes[:, 2:])
    return boxes


def iou(boxes, truth):
    """Intersection over union of each box with each true one; x1 and y1 are inclusive."""
    low = np.maximum(boxes[:, None, :2], truth[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], truth[None, :, 2:])
    sides = np.maximum(0, high - low + 1)
    intersection = sides[..., 0] * sides[..., 1]
    union = area(boxes)[:, None] + area(truth)[None] - intersection
    return np.where(union > 0, intersection / np.maximum(union, 1), 0)


def area(boxes):
    return (boxes[:, 2] - boxes[:, 0] + 1) * (boxes[:, 3] - boxes[:, 1] + 1)
