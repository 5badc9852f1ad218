"""The reference's procedure over score maps, as a peer for bench/metrics: one rule at a time, as the reference's evaluator.

Reads score maps (count x height x width, float64 .npy). Prints JSON: for each rule the seconds of processor time per map, and
the hits at each IoU level against one true box, summed over thresholds, by which both sides can be compared.
"""
import argparse
import json
import time

import cv2
import numpy as np
from box_search import RULES, BoxCounts, threshold_grid


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("maps")
    parser.add_argument("--box", type=int, nargs=4, required=True)
    parser.add_argument("--step", type=float, default=0.001)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    maps = np.load(options.maps)
    truth = np.asarray([options.box])
    thresholds = threshold_grid(options.step)
    result = {"opencv": cv2.__version__}
    for rule in RULES:
        BoxCounts([rule], thresholds).add(maps[0], truth)  # What the first call sets up is not measured.
        counts = BoxCounts([rule], thresholds)
        # Processor time, as the other side measures: what else runs on the machine does not count.
        started = time.process_time()
        for score_map in maps:
            counts.add(score_map, truth)
        seconds = (time.process_time() - started) / len(maps)
        result[rule] = {"secondsPerMap": seconds, "hits": counts.hits[rule].sum(axis=1).tolist()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
