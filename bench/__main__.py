"""Measure everything, print it and write bench/RESULTS.md: `make bench`; `python -m bench latency drag` prints some."""

import argparse
import contextlib
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from bench.answers import answer
from bench.attacks import ATTACKS, besieged, outpaced
from bench.checkup import BATCH, CHANNELS, LAYERS, checkup
from bench.classroom import classroom, lesson
from bench.core import core
from bench.drag import HANDLES, drag, slide
from bench.latency import latency
from bench.report import Figure, write
from bench.side_by_side import side_by_side
from bench.training import training
from bench.training_class import readers_while_one_trains, training_class
from tools.replicas import two_replicas
from tools.serving import CHROMIUM_FLAGS, ROOT, find_chromium
from ui.catalogue import CHAPTERS

APP = ROOT / "app.py"
BARE = ROOT / "bench" / "bare_app.py"
CLASS = {"sessions": 100, "seconds": 20, "think": 5}
LARGEST = "tn_depth=10&tn_steps=2000&tn_batch=256"  # that train_a_network allows


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


def report_latency() -> Iterator[Figure]:
    """One reader: first paint in a warm browser, first change and settled page after a key on the main slider."""
    with chromium() as browser:
        bare = latency(browser, BARE, "/", "gamma_0", runs=9)
        for chapter in CHAPTERS:
            page = latency(browser, APP, chapter.url, chapter.slider, runs=9)
            for name, label in (("paint", "first paint"), ("first", "first change"), ("settled", "settled")):
                if name in page:
                    yield Figure(f"{chapter.name}: {label}", page[name], "ms", "bare app", bare[name])


def report_answers() -> Iterator[Figure]:
    """What the server sends after a key on the main slider."""
    with chromium() as browser:
        bare = answer(browser, BARE, "/", "gamma_0")
        for chapter in CHAPTERS:
            if chapter.slider:
                sent = answer(browser, APP, chapter.url, chapter.slider)
                yield Figure(f"{chapter.name}: an answer", sent["bytes"], "bytes", "bare app", bare["bytes"])
                yield Figure(f"{chapter.name}: messages of it", sent["messages"], "", "bare app", bare["messages"])


def report_drag() -> Iterator[Figure]:
    """Under the hand: frames per second of the live stage and of each main slider's picture; the wait after letting go of the
    stage against a native slider's.
    """
    with chromium() as browser:
        for size, path in (("8 × 4", "/"), ("64 × 4", "/?source=Drawn&n=64")):
            figures = drag(browser, APP, path, runs=15)
            for handle in HANDLES:
                yield Figure(f"{size}: {handle}", figures[handle], "frames/s", "screen", 60)
            yield Figure(f"{size}: from release to table and link", figures["stage"], "ms", "slider", figures["slider"])
        for chapter in CHAPTERS:
            if chapter.slider and not chapter.trains:
                frames = slide(browser, APP, chapter.url, chapter.slider)
                yield Figure(f"{chapter.name}: {chapter.slider}", frames, "frames/s", "screen", 60)


def report_classroom() -> Iterator[Figure]:
    """100 sessions on one page of one process, each moving a slider every 5 s on average."""
    bare = classroom(BARE, "", **CLASS)
    for chapter in CHAPTERS:
        page = classroom(APP, chapter.url.strip("/"), **CLASS)
        if "p95" in page:
            yield Figure(f"{chapter.name}: p95", page["p95"], "ms", "bare app", bare["p95"])
        yield Figure(f"{chapter.name}: memory of a session", page["a_session"], "MB", "bare app", bare["a_session"])
        yield Figure(f"{chapter.name}: memory of the server", page["memory"], "MB", "bare app", bare["memory"])
        yield Figure(f"{chapter.name}: errors", page["errors"], "")


def report_school() -> Iterator[Figure]:
    """A school on the lab: 300 sessions on one process, then 3,000 reruns more of them; 600 over two replicas. Bare app: 100."""
    load = {"seconds": 30, "think": 5}
    bare = classroom(BARE, "", sessions=100, **load)  # a bare app does not survive 300
    lab = classroom(APP, "", sessions=300, more=3_000, **load)
    yield Figure("300 sessions: p50", lab["p50"], "ms", "bare app", bare["p50"])
    yield Figure("300 sessions: p95", lab["p95"], "ms", "bare app", bare["p95"])
    yield Figure("300 sessions: errors", lab["errors"], "")
    yield Figure("300 sessions: memory of the server", lab["memory"], "MB", "bare app", bare["memory"])
    yield Figure("memory after 3,000 further reruns", lab["memory_later"], "MB", "before", lab["memory"])
    with two_replicas() as (url, processes):
        two = lesson(url, list(processes.values()), "", sessions=600, **load)
    yield Figure("600 sessions over two replicas: p50", two["p50"], "ms", "bare app", bare["p50"])
    yield Figure("600 sessions over two replicas: p95", two["p95"], "ms", "bare app", bare["p95"])
    yield Figure("600 sessions over two replicas: errors", two["errors"], "")
    yield Figure("600 sessions over two replicas: memory of both", two["memory"], "MB")


def report_class_training() -> Iterator[Figure]:
    """One session's default run on the page that trains; 20 at once, each something else; readers meanwhile."""
    one, class_of_20 = (
        training_class(APP, "train_a_network", [f"tn_seed={100 + k}" for k in range(count)]) for count in (1, 20)
    )
    yield Figure("20 sessions: first points of the last", class_of_20["first"], "s", "alone", one["first"])
    yield Figure("20 sessions: the last is complete", class_of_20["end"], "s", "alone", one["end"])
    yield Figure("20 sessions: errors", class_of_20["errors"], "")
    yield Figure("20 sessions: memory of the server", class_of_20["memory"], "MB", "alone", one["memory"])
    load = {"sessions": 50, "seconds": 20, "think": 5}
    alone, beside = classroom(APP, "", **load), readers_while_one_trains(APP, "train_a_network", LARGEST, **load)
    yield Figure("50 on the lab while one trains the largest: p95", beside["p95"], "ms", "nobody trains", alone["p95"])
    yield Figure("50 on the lab while one trains the largest: errors", beside["errors"], "")


def report_attacks() -> Iterator[Figure]:
    """Five polite readers of the lab while one session does its worst; a run beside one who asks for turns without pause."""
    for attack in ATTACKS:
        before, during = besieged(APP, attack, seconds=10)
        yield Figure(f"{attack}: p95 of the others", during, "ms", "before", before)
    alone, beside = outpaced(APP, "train_a_network", LARGEST)
    yield Figure("asking without pause: the other's run", beside, "s", "alone", alone)


def report_core() -> Iterator[Figure]:
    """The layer forward and backward at (64, 50), and a step of training, against PyTorch on one thread."""
    layer, network = core(), training()
    if layer is None or network is None:
        print("PyTorch is not installed: nothing to compare with")
        return
    yield Figure("layer, forward and backward", layer["ours"], "µs", "PyTorch", layer["pytorch"])
    yield Figure("training, a step", network["ours"], "µs", "PyTorch", network["pytorch"])
    yield Figure("training, the last loss", network["our_loss"], "", "PyTorch", network["their_loss"])


def report_side_by_side() -> Iterator[Figure]:
    """Networks trained side by side, on one thread: 20 seeds of four kinds with probes, and the map of 42 pairs."""
    took = side_by_side()
    yield Figure("20 seeds of 4 kinds, 200 steps", took["together"], "s", "one by one", took["singly"])
    yield Figure("the first seed", took["first"], "s")
    yield Figure("the longest part of it", took["part"], "s")
    yield Figure(f"the map of {took['cells']:.0f} pairs", took["map"], "s", "pair by pair", took["pairs"])


def report_checkup() -> Iterator[Figure]:
    """The checkup of a model in the shape of ResNet-50 with recorded batches, and the take of the largest file, in time of one thread."""
    took = checkup()
    yield Figure("all rules, 53 layers", took["rules"], "ms", f"they normalize {BATCH}", took["normalized"])
    what = f"a file of {LAYERS} × {CHANNELS} channels: taken"
    yield Figure(what, took["taken"], "ms", "decoded alone", took["decoded"])


PARTS = {
    "latency": report_latency,
    "answers": report_answers,
    "drag": report_drag,
    "classroom": report_classroom,
    "school": report_school,
    "class_training": report_class_training,
    "attacks": report_attacks,
    "core": report_core,
    "side_by_side": report_side_by_side,
    "checkup": report_checkup,
}


def main() -> None:
    """Run the parts that were asked for, or all; only all are written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=", ".join(PARTS))
    asked = parser.parse_args().parts
    done: dict[str, list[Figure]] = {}
    for part in asked or PARTS:
        title = str(PARTS[part].__doc__)
        print(title)
        figures = done[title] = []
        for figure in PARTS[part]():
            figures.append(figure)
            print(f"  {figure}", flush=True)
    if not asked:
        write(done)


if __name__ == "__main__":
    main()
