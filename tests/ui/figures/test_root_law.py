"""The 1/√N law on logarithmic axes."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import Source
from ui.figures import root_law
from ui.figures.style import INPUT

SIZES = (1, 2, 4, 8, 16)
SOURCE = Source(0.0, 1.0, 3.0)
MEANS, VARIANCES = np.array([1.1, 0.7, 0.5, 0.35, 0.24]), np.array([0.0, 0.7, 0.6, 0.45, 0.33])


def traces(size=5):
    figure = root_law.draw(SIZES, MEANS, VARIANCES, SOURCE, size)
    go.Figure({part: value for part, value in figure.items() if part != "grips"})
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}


def test_the_measured_spreads_stand_at_their_sizes():
    found = traces()
    assert (found["mean, in σ"]["x"], found["mean, in σ"]["y"]) == (list(SIZES), MEANS.tolist())
    assert found["variance, in σ²"]["x"] == [2, 4, 8, 16], "a spread of 0 has no logarithm"
    assert found["mean, in σ"]["marker"]["symbol"] != found["variance, in σ²"]["marker"]["symbol"]
    assert {found[name]["marker"]["color"] for name in ("mean, in σ", "variance, in σ²")} == {INPUT.color}


def test_the_line_of_the_mean_falls_as_one_over_the_root():
    line = traces()["calculated for the mean, in σ"]
    np.testing.assert_allclose(line["y"], 1 / np.sqrt(line["x"]))
    assert (line["x"][0], line["x"][-1]) == (1, 16)


@pytest.mark.parametrize("size", [2, 5, 16])
def test_the_size_that_is_set_is_marked_on_both_lines(size):
    found = traces(size)
    mean, variance = (found[f"{name} at the size that is set"] for name in ("mean, in σ", "variance, in σ²"))
    assert (mean["x"], mean["y"]) == ([size], [pytest.approx(size**-0.5)])
    assert (variance["x"], variance["y"]) == ([size], [pytest.approx(np.sqrt(2 * (size - 1)) / size)])


def test_a_batch_of_one_has_no_variance_to_mark():
    assert "variance, in σ² at the size that is set" not in traces(1)


def test_everything_lies_within_the_axes():
    low, high = root_law.RANGE
    for trace in traces(1).values():
        assert all(low < value < high for value in trace["y"])


def test_the_words_say_what_is_seen():
    words = root_law.describe(SIZES, MEANS, VARIANCES, SOURCE, 4)
    assert "spread of the mean, in σ falls from 0.70 in batches of 2 to 0.240 in batches of 16" in words
    assert "at 4 it is 0.500" in words
    assert f"at 4 it is {np.sqrt(6) / 4:.3f}" in words
