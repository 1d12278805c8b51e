"""The garbage collector: set once, by the first page that opens."""

import gc

from tests.pages.driving import open_page
from ui.serving.collector import THRESHOLDS, collect_seldom


def test_the_first_page_sets_the_collector_and_no_later_one():
    collect_seldom.cache_clear()
    before = gc.get_threshold()
    try:
        open_page()
        assert gc.get_threshold() == THRESHOLDS
        assert gc.get_freeze_count() > 0
        gc.set_threshold(*before)
        open_page()
        assert gc.get_threshold() == before
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
