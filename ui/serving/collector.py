"""Python's garbage collector, set for a server with many sessions."""

import gc
from functools import cache

THRESHOLDS = (10_000, 10, 10)


@cache
def collect_seldom() -> None:
    """Look through everything once in a great while, and never again through what the imports left.

    With Python's own thresholds a server of 300 sessions stands still for about 300 ms every five seconds. The youngest
    objects, where runs of pages leave their garbage, are still looked through all the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
