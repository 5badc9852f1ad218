"""Seconds in which a pool of Pillow decodes JPEGs and resizes them: pillow_pool.py PROCESSES SIDE < paths."""

import multiprocessing
import sys
import time

from PIL import Image

SIDE = int(sys.argv[2])


def decode(path: str) -> int:
    with Image.open(path) as image:
        return len(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR).tobytes())


if __name__ == "__main__":
    paths = sys.stdin.read().split("\n")
    with multiprocessing.Pool(int(sys.argv[1])) as pool:
        pool.map(decode, paths[:32])
        begin = time.perf_counter()
        pool.map(decode, paths, chunksize=16)
        print(time.perf_counter() - begin)
