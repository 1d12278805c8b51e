"""Reels: what is unrolled is what was drawn, to what can be seen; a little of it is sent."""

import json
import math
import os
import shutil
import subprocess

import numpy as np
import pytest

from tests.films import unrolled
from ui.figures.marks import axis, dots, lines, log_axis, note, rule
from ui.figures.reels import Reel, pack, reel
from ui.figures.style import layout
from ui.live.component import LIVE

STOPS, POINTS = 101, 100
T = np.arange(POINTS)


def figure(data, **more):
    axes = {"xaxis": axis(0, 100, "t"), "yaxis": axis(-2, 2)} | more
    return {"data": data, "layout": layout(260, left=40, bottom=40, **axes)}


def wave(k):
    """A line that moves, dots that stand still, and words that say the stop."""
    line = lines("wave", T, np.sin(T / 10 + k / 20))
    return figure([line, dots("still", T, np.cos(T / 10), "#0072B2", "circle", 5)]), f"stop {k}"


def frames_of(shots):
    return [{"figure": picture, "alt": alt} for picture, alt in shots]


def assert_alike(ours, theirs, atol, where=""):
    """The same, apart from numbers that differ by what nobody sees."""
    assert type(ours) is type(theirs) or {type(ours), type(theirs)} <= {int, float}, where
    if isinstance(ours, dict):
        assert set(ours) == set(theirs), where
        for key, value in ours.items():
            assert_alike(value, theirs[key], atol, f"{where}.{key}")
    elif isinstance(ours, list):
        assert len(ours) == len(theirs), where
        for k, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            assert_alike(a, b, atol, f"{where}[{k}]")
    elif isinstance(ours, float):
        assert ours == pytest.approx(theirs, abs=atol, rel=1e-4), where
    else:
        assert ours == theirs, where


def plain(value):
    return json.loads(json.dumps(value))


def check(shots, atol):
    frames = frames_of(shots)
    for ours, theirs in zip(unrolled(pack(frames), len(frames)), frames, strict=True):
        assert_alike(ours, plain(theirs), atol)


def test_each_frame_is_what_was_drawn():
    check([wave(k) for k in range(STOPS)], atol=4 / 212 / 4)


def test_a_hundred_stops_of_a_line_and_a_still_one_are_small():
    assert len(pack(frames_of([wave(k) for k in range(STOPS)]))) < 10_000


def test_what_is_the_same_everywhere_is_sent_once():
    once, often = (len(pack(frames_of([(wave(0)[0], str(k % 2)) for k in range(stops)]))) for stops in (2, 200))
    assert often < once + 200


def test_lists_that_grow_are_sent_once():
    def grown(k):
        return figure([lines("path", T[:k], np.sin(T[:k]), text=[f"step {t}" for t in T[:k]])]), "path"

    check([grown(k) for k in range(0, 100, 5)], atol=0.01)
    one = len(pack(frames_of([grown(0), grown(100)])))
    assert len(pack(frames_of([grown(k) for k in range(100)]))) < one + 600


def test_gaps_marks_and_ranges_that_move_come_back():
    def picture(k):
        line = lines("gaps", [0, k, None, 3], [0.5, k / 7, None, 1 / 3])
        shapes = [rule(k / 10, (0, 1))] if k > 2 else []
        notes = [note(f"<b>{k}</b>", k, 1)] * (k % 3)
        return (
            figure([line], xaxis=axis(0, 10 + k, f"to {k}")) | {"grips": [{"slider": "a", "point": k}]},
            shapes,
            notes,
        )

    shots = []
    for k in range(7):
        drawn, shapes, notes = picture(k)
        drawn["layout"] |= {"shapes": shapes, "annotations": notes}
        shots.append((drawn, f"{k}"))
    frames = frames_of(shots)
    for ours, theirs in zip(unrolled(pack(frames), len(frames)), frames, strict=True):
        for part in ("shapes", "annotations"):  # a part that is not there is None, which the script passes over
            ours["figure"]["layout"][part] = [each for each in ours["figure"]["layout"][part] if each is not None]
        assert_alike(ours, plain(theirs), atol=0.01)


def test_numbers_on_a_logarithmic_axis_keep_their_share():
    def power(k):
        axes = {"xaxis": log_axis(1, 1000), "yaxis": log_axis(1e-6, 1)}
        return figure([lines("power", [1, 10, 100], [10.0**-each * (1 + k) / 9 for each in (0, 2, 5)])], **axes), ""

    for k, ours in enumerate(unrolled(pack(frames_of([power(k) for k in range(8)])), 8)):
        theirs = power(k)[0]["data"][0]["y"]
        np.testing.assert_allclose(ours["figure"]["data"][0]["y"], theirs, rtol=0.03)


def test_what_a_trace_says_under_the_pointer_is_exact_to_its_last_digit():
    def said(k):
        return figure([dots("d", T, T / 50 + k / 300, "#0072B2", "circle", 5, hover="%{y:.3f}")]), ""

    for k, frame in enumerate(unrolled(pack(frames_of([said(k) for k in range(5)])), 5)):
        np.testing.assert_allclose(frame["figure"]["data"][0]["y"], T / 50 + k / 300, atol=0.00051)


def test_symbols_of_single_points_and_of_all_go_together():
    def edge(k):
        symbol = ["triangle-up" if t < k else "circle" for t in T] if k else "circle"
        return figure([dots("d", T, T, "#0072B2", symbol, 5)]), ""

    frames = unrolled(pack(frames_of([edge(k) for k in range(4)])), 4)
    assert [frame["figure"]["data"][0]["marker"]["symbol"].count("circle") for frame in frames] == [100, 99, 98, 97]


def test_a_trace_that_is_not_there_is_unseen():
    names = (["a", "b", "c"], ["a", "c"], ["b"])
    shots = [(figure([lines(name, [0, 1], [len(own), 2]) for name in own]), "") for own in names]
    for own, frame in zip(names, unrolled(pack(frames_of(shots)), 3), strict=True):
        data = frame["figure"]["data"]
        assert [trace["name"] for trace in data if trace.get("visible", True) is not False] == own


def test_traces_that_come_and_go_without_a_name_are_refused():
    shots = [(figure([lines("", [0], [1])] * count), "") for count in (1, 2)]
    with pytest.raises(ValueError, match="need names of their own"):
        pack(frames_of(shots))


def test_a_heat_map_keeps_its_shades():
    def heat(k):
        z = [[math.sin(i + j + k / 9) for j in range(8)] for i in range(8)]
        return figure([{"type": "heatmap", "name": "z", "z": z, "zmin": -1, "zmax": 1}]), ""

    check([heat(k) for k in range(20)], atol=2 / 512)


@pytest.mark.parametrize(
    ("low", "high", "step", "values"),
    [(0, 10, 5, [0, 5, 10]), (0.0, 0.3, 0.1, [0.0, 0.1, 0.2, 0.3]), (-1.0, 0.0, 0.5, [-1.0, -0.5, 0.0])],
)
def test_the_stops_are_those_of_the_slider(low, high, step, values):
    seen = []
    made = reel("s", low, high, step, lambda value: (seen.append(value), wave(0))[1])
    assert seen == values
    assert [type(each) for each in seen] == [type(low)] * len(values)
    assert [made.value(stop) for stop in range(made.stops)] == values
    assert [made.stop(value) for value in values] == list(range(made.stops))
    assert (made.slider, made.height) == ("s", 260)


def test_a_reel_is_a_value():
    assert reel("s", 0, 1, 1, wave) == Reel("s", 0, 1, 2, 260, pack(frames_of([wave(0), wave(1)])))


def test_the_script_unrolls_what_python_packs():
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI"):
            pytest.fail("no Node on this machine: the script was not compared")
        pytest.skip("no Node on this machine: the script was not compared")

    def picture(k):
        data = [lines("gaps", [0, k, None, 3], [0.5, k / 7, None, 1 / 3]), lines("path", T[:k], np.sin(T[:k]))]
        return figure(data + [dots("d", [1], [k], "#fff", "circle", 4)] * (k > 3)), f"{k}"

    packed = pack(frames_of([picture(k) for k in range(9)]))
    script = f"""
        import "{(LIVE.parents[1] / "tests" / "live" / "page.js").as_uri()}";
        const {{ unrolled }} = await import("{(LIVE / "film.js").as_uri()}");
        const reel = await unrolled({{ stops: 9, frames: "{packed}" }});
        console.log(JSON.stringify(Array.from({{ length: 9 }}, (_, k) => reel.frame(k))));
    """
    command = [node, "--input-type=module", "--eval", script]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    for ours, theirs in zip(unrolled(packed, 9), json.loads(run.stdout), strict=True):
        assert_alike(ours, theirs, atol=1e-9)
