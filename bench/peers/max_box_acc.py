"""The reference's box search, threshold by threshold with OpenCV, as a peer for bench/metrics.

Reads score maps (count x height x width, float64 .npy), finds for each of them the boxes of all contours and of the largest
one at every threshold, and counts hits at three IoU levels against one true box. Prints JSON: seconds per map (the best of
the repeats) and the hits summed over thresholds, by which both sides can be compared.
"""

import argparse
import json
import time

import cv2
import numpy as np

LEVELS = (0.3, 0.5, 0.7)


def boxes_at(grey, highest, threshold):
    """Boxes x0 y0 x1 y1 of all contours, and which of them is of the contour of largest area."""
    height, width = grey.shape
    _, mask = cv2.threshold(grey, int(threshold * highest), 255, cv2.THRESH_BINARY)
    contours = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)[-2]
    if len(contours) == 0:
        return [(0, 0, 0, 0)], 0
    boxes = []
    for contour in contours:
        x, y, w, h = cv2.boundingRect(contour)
        boxes.append((x, y, min(x + w, width - 1), min(y + h, height - 1)))
    areas = [cv2.contourArea(contour) for contour in contours]
    return boxes, areas.index(max(areas))


def best_iou(boxes, truth):
    """Largest intersection over union of each box with any true box; x1 and y1 are inclusive."""
    low = np.maximum(boxes[:, None, :2], truth[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], truth[None, :, 2:])
    sides = np.maximum(0, high - low + 1)
    intersection = sides[..., 0] * sides[..., 1]
    union = area(boxes)[:, None] + area(truth)[None] - intersection
    return np.where(union > 0, intersection / np.maximum(union, 1), 0).max(axis=1)


def area(boxes):
    return (boxes[:, 2] - boxes[:, 0] + 1) * (boxes[:, 3] - boxes[:, 1] + 1)


def evaluate(score_map, truth, thresholds, counts):
    grey = (score_map * 255).astype(np.uint8)
    highest = np.max(grey)
    boxes, firsts, largest = [], [], []
    for threshold in thresholds:
        found, index_of_largest = boxes_at(grey, highest, threshold)
        firsts.append(len(boxes))
        largest.append(len(boxes) + index_of_largest)
        boxes.extend(found)
    # One call for all thresholds: a call each would cost more than the contours.
    iou = best_iou(np.asarray(boxes), truth)
    for key, best in (("all", np.maximum.reduceat(iou, firsts)), ("largest", iou[largest])):
        for index, level in enumerate(LEVELS):
            counts[key][index] += int((best >= level).sum())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("maps")
    parser.add_argument("--box", type=int, nargs=4, required=True)
    parser.add_argument("--step", type=float, default=0.001)
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    maps = np.load(options.maps)
    truth = np.asarray([options.box])
    thresholds = list(np.arange(0, 1, options.step))
    best = float("inf")
    for _ in range(options.repeats):
        counts = {"all": [0, 0, 0], "largest": [0, 0, 0]}
        # Processor time, as the other side measures: what else runs on the machine does not count.
        started = time.process_time()
        for score_map in maps:
            evaluate(score_map, truth, thresholds, counts)
        best = min(best, (time.process_time() - started) / len(maps))
    print(json.dumps({"secondsPerMap": best, "opencv": cv2.__version__, **counts}))


if __name__ == "__main__":
    main()
