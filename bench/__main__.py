"""Measure and print everything: `make bench`, or `python -m bench latency drag` for some of it."""

import argparse
import contextlib
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from bench.classroom import classroom
from bench.core import core
from bench.drag import HANDLES, drag
from bench.latency import latency
from bench.training import training
from bench.training_class import training_class
from tools.serving import CHROMIUM_FLAGS, ROOT, find_chromium
from ui.chapters import CHAPTERS

APP = ROOT / "app.py"
BARE = ROOT / "bench" / "bare_app.py"
PARTS = ("latency", "drag", "classroom", "class_training", "core", "training")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser, or leave with a sentence where there is none."""
    path = find_chromium()
    if path is None:
        sys.exit("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def report_latency() -> None:
    """Each chapter against the bare app: first paint, first change and settled page after a key on its main slider."""
    with chromium() as browser:
        bare = latency(browser, BARE, "/", "gamma_0", runs=15)
        for chapter in CHAPTERS:
            page = latency(browser, APP, chapter.url, chapter.slider, runs=15)
            for name, label in (("paint", "first paint"), ("first", "first change"), ("settled", "settled")):
                print(
                    f"{chapter.name:22} {label:13} {page[name]:6.0f} ms   bare {bare[name]:6.0f} ms   "
                    f"ratio {page[name] / bare[name]:.2f}"
                )


def report_drag() -> None:
    """The live stage: frames per second, and the wait after letting go against a native slider's."""
    with chromium() as browser:
        for size, path in (("8 x 4", "/"), ("64 x 4", "/?source=Drawn&n=64")):
            figures = drag(browser, APP, path, runs=15)
            frames = ", ".join(f"{handle} {figures[handle]:.0f}" for handle in HANDLES)
            print(
                f"drag {size:7} frames/s: {frames}   release {figures['stage']:.0f} ms   "
                f"native slider {figures['slider']:.0f} ms   ratio {figures['stage'] / figures['slider']:.2f}"
            )


def report_classroom() -> None:
    """A class of 100 on the lab, then 3,000 further reruns; the bare app under the same load beside it."""
    load = {"sessions": 100, "seconds": 30, "think": 5}
    lab = classroom(APP, "", **load, more=3_000)
    bare = classroom(BARE, "", **load, more=0)
    print(
        f"100 sessions  p50 {lab['p50']:.0f} ms, p95 {lab['p95']:.0f} ms, {lab['errors']:.0f} errors   "
        f"bare p95 {bare['p95']:.0f} ms   ratio {lab['p95'] / bare['p95']:.2f}"
    )
    print(
        f"memory        {lab['memory']:.0f} MB, after {lab['more']:.0f} further reruns "
        f"{lab['memory_later']:.0f} MB   ratio {lab['memory_later'] / lab['memory']:.2f}   bare {bare['memory']:.0f} MB"
    )


def report_class_training() -> None:
    """One session's default run, then 20 sessions that train at once, each something else."""
    for count in (1, 20):
        figures = training_class(APP, "train_a_network", [f"tn_seed={100 + k}" for k in range(count)])
        print(
            f"training x {count:<3} first points {figures['first']:.2f} s, last run complete {figures['end']:.1f} s, "
            f"{figures['errors']:.0f} errors, {figures['memory']:.0f} MB"
        )


def report_core() -> None:
    """The layer against PyTorch."""
    times = core()
    if times is None:
        print("core          PyTorch is not installed: nothing to compare with")
        return
    print(
        f"core (64, 50) {times['ours']:.1f} µs   PyTorch {times['pytorch']:.1f} µs   "
        f"ratio {times['ours'] / times['pytorch']:.2f}"
    )


def report_training() -> None:
    """Twins in two frameworks: one network, the same weights and batches, trained by the core and by PyTorch."""
    result = training()
    if result is None:
        print("training      PyTorch is not installed: nothing to compare with")
        return
    print(
        f"training      {result['ours']:.0f} µs a step   PyTorch {result['pytorch']:.0f} µs   "
        f"ratio {result['ours'] / result['pytorch']:.2f}   "
        f"last loss {result['our_loss']:.6f}, PyTorch {result['their_loss']:.6f}"
    )


def main() -> None:
    """Run the parts that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=", ".join(PARTS))
    asked = parser.parse_args().parts or PARTS
    for part in asked:
        getattr(sys.modules[__name__], f"report_{part}")()


if __name__ == "__main__":
    main()
