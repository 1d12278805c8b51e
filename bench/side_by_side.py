"""Many networks side by side against the same one by one: 20 seeds of four kinds, and the map of twins.

    OMP_NUM_THREADS=1 python -m bench.side_by_side

A process of its own, because NumPy reads the number of threads when it is imported.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

from bn import Network, summarize, watch
from bn.networks.network import NORM_KINDS
from ui.studies.digits import CLASSES, SIZE, digits
from ui.studies.four_networks import BATCH_SIZE, EVERY, FIXED, LAST, MULTIPLES, STEPS, UNITS, FourSettings, over_seeds
from ui.studies.rate_map import DEPTHS, RATES, sweep
from ui.studies.twins import TwinSettings, train_twins

SEEDS, DEPTH, LEARNING_RATE = 20, 4, 0.3
MAP_STEPS = 200


def side_by_side() -> dict[str, float]:
    """Seconds for 20 seeds of four kinds, for the first of them, for the longest part, and the same one by one."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.side_by_side"],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measure() -> dict[str, float]:
    """Train all, together and one by one."""
    split = digits()
    watched = partial(
        watch,
        images=split.train.images,
        labels=split.train.labels,
        fixed=split.train.images[:FIXED],
        held_out=split.test,
        steps=STEPS,
        every=EVERY,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        multiples=MULTIPLES,
    )

    def create(seed: int) -> list[Network]:
        return [
            Network.create((SIZE * SIZE, *[UNITS] * DEPTH, CLASSES), "relu", norm, seed=seed) for norm in NORM_KINDS
        ]

    begin = last = time.perf_counter()
    first, parts = 0.0, []
    for done in over_seeds(FourSettings(LEARNING_RATE, DEPTH, "relu", 0), range(SEEDS)):
        now = time.perf_counter()
        parts.append(now - last)
        last = now
        if done and not first:
            first = now - begin
    together = last - begin

    begin = time.perf_counter()
    for seed in range(SEEDS):
        for network in create(seed):
            summarize([part for (part,) in watched([network], seed=seed) if part], LAST)
    singly = time.perf_counter() - begin

    begin = time.perf_counter()
    cells = sum(cell is not None for cell in sweep(TwinSettings(steps=MAP_STEPS)))
    the_map = time.perf_counter() - begin
    begin = time.perf_counter()
    for depth in DEPTHS:
        for rate in RATES:
            for _ in train_twins(replace(TwinSettings(), depth=depth, rate=rate, steps=MAP_STEPS), 10, 1):
                pass
    pairs = time.perf_counter() - begin
    return {
        "together": together,
        "first": first,
        "part": max(parts),
        "singly": singly,
        "cells": cells,
        "map": the_map,
        "pairs": pairs,
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
