"""Films of a layer's parts: any number of rows, features, layers and neurons from one reel each, and a bias that moves x alone."""

import numpy as np
import pytest

from bn import EXAMPLE, count_network
from tests.films import at_rest, unrolled
from ui.figures import network, shapes
from ui.studies import parts_of_a_layer as parts


def together(moved):
    reels = [{"frames": r.frames, "stops": r.stops, "now": r.stop(value)} for r, value in moved]
    return at_rest({"apart": True, "reels": reels})


def edges(figure):
    return [[shape[edge] for edge in ("x0", "x1", "y0", "y1")] for shape in figure["layout"]["shapes"] if shape]


@pytest.mark.parametrize(("n", "c"), [(1, 1), (64, 784), (256, 1024), (7, 333)])
def test_any_rows_and_features_are_drawn_as_alone(n, c):
    figure, alt = together(parts.shapes_reels(n, c))
    right = shapes.draw(n, c)
    assert alt == shapes.describe(n, c)
    assert [trace["text"] for trace in figure["data"]] == [trace["text"] for trace in right["data"]]
    np.testing.assert_allclose(edges(figure), edges(right), atol=0.005)


@pytest.mark.parametrize(("layers", "width"), [(1, 1), (3, 20), (10, 512)])
def test_any_layers_and_neurons_are_drawn_as_alone(layers, width):
    figure, alt = together(parts.network_reels(layers, width))
    counts = count_network(parts.PIXELS, [width] * layers, parts.DIGITS)
    right = network.draw(counts)
    assert alt == network.describe(counts)
    for trace, other in zip(figure["data"], right["data"], strict=True):
        assert (trace["text"], trace["x"]) == (other["text"], pytest.approx(other["x"]))
    assert len([shape for shape in figure["layout"]["shapes"] if shape]) == len(right["layout"]["shapes"])


def test_the_bias_moves_x_and_not_x_hat():
    reel = parts.bias_reel(EXAMPLE[:, 0], "F0", revealed=True)
    frames = [frame["figure"]["data"] for frame in unrolled(reel.frames, reel.stops)]
    place = (EXAMPLE[:, 0] - EXAMPLE[:, 0].mean()) / EXAMPLE[:, 0].std()
    for stop in (0, 13, 40):
        np.testing.assert_allclose(frames[stop][1]["x"], place + reel.value(stop), atol=0.02)
        np.testing.assert_allclose(frames[stop][3]["x"], place, atol=0.02)


def test_they_weigh_little():
    assert sum(len(reel.frames) for reel, _ in parts.shapes_reels(1, 1)) < 28_000
    assert sum(len(reel.frames) for reel, _ in parts.network_reels(1, 1)) < 16_000
    many = np.random.default_rng(0).standard_normal(256)
    assert len(parts.bias_reel(many, "F0", revealed=True).frames) < 12_000
