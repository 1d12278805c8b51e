"""What is sent to the curves: points that JSON can hold, no more digits than can be seen."""

import json
import math

from ui.figures.panels import Curve, Panel
from ui.live.curves import _panel

CURVE = Curve("with", "w", "#000000", "", "circle", [0, 1, 2], [1 / 3, math.inf, math.nan], [0, 0, 0], [1e300, 1, 1])


def panel(**changes):
    return Panel(
        **{
            "title": "t",
            "x_axis": (0, 2),
            "y_axis": (0, 1),
            "x_name": "step",
            "curves": [CURVE],
            "about": "a",
            **changes,
        }
    )


def test_what_is_not_finite_is_left_out():
    data = json.loads(json.dumps(_panel(panel()), allow_nan=False))
    assert data["curves"][0]["y"] == [0.33333, None, None]
    assert data["curves"][0]["high"] == [1e300, 1, 1]


def test_the_panel_keeps_axes_and_names():
    data = _panel(panel(unit="%", rules=[(0.5, "half")]))
    assert (data["x_axis"], data["y_axis"], data["unit"], data["rules"]) == ((0, 2), (0, 1), "%", [(0.5, "half")])


def test_a_hundred_points_are_small():
    curve = Curve("n", "n", "#000000", "", "circle", list(range(100)), [math.sin(i) for i in range(100)])
    assert len(json.dumps(_panel(panel(curves=[curve] * 2)))) < 4_000
