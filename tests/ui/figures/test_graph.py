"""The graph of the layer: values at every node, gradients where the way back has arrived."""

import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import EXAMPLE, layer_graph
from ui.figures import graph
from ui.numbers import fixed

DY = np.linspace(-1, 2, 8)
IT = layer_graph(EXAMPLE[:, 0], DY, gamma=1.5, eps=1e-5)


def words(step, row=2):
    figure = graph.draw(IT, row, step)
    go.Figure({part: value for part, value in figure.items() if part != "grips"})
    json.dumps(figure, allow_nan=False)
    texts = [re.sub("<.*?>", " ", each["text"]) for each in figure["layout"]["annotations"]]
    return figure, dict(zip(graph.NODES, texts, strict=True))


def test_every_node_and_edge_is_known_to_the_core():
    assert set(graph.NODES) == set(IT.values) == set(IT.gradients)
    assert {name for edge in graph.EDGES for name in edge} == set(graph.NODES)


def test_the_way_back_reaches_every_node_once_and_ends_at_x():
    reached = [name for names in graph.REACHED for name in names]
    assert sorted(reached) == sorted(graph.NODES)
    assert graph.REACHED[-1] == ("x",)


def test_no_gradient_comes_before_those_it_is_made_of():
    order = {name: k for k, names in enumerate(graph.REACHED) for name in names}
    for start, end in graph.EDGES:
        assert order[end] <= order[start], (start, end)


@pytest.mark.parametrize("step", range(graph.LAST + 1))
def test_gradients_stand_at_the_nodes_that_are_reached(step):
    _, texts = words(step)
    reached = {name for names in graph.REACHED[: step + 1] for name in names}
    assert {name for name, text in texts.items() if "∂" in text} == reached


def test_values_are_those_of_the_chosen_row():
    _, texts = words(graph.LAST, row=5)
    assert f"= {fixed(IT.values['x_hat'][5])}" in texts["x_hat"]
    assert f"∂ = {fixed(IT.gradients['x'][5])}" in texts["x"]
    assert f"= {float(IT.values['var']):.3f}" in texts["var"]


def test_thick_edges_join_what_is_reached():
    figure, _ = words(3)
    thick = next(trace for trace in figure["data"] if trace["name"] == "way back")
    assert len([x for x in thick["x"] if x is None]) == 4  # scaled-y, beta-y, x_hat-scaled, gamma-scaled
    assert thick["line"]["width"] > 2


def test_a_node_leads_to_the_step_at_which_its_gradient_arrives():
    grips = {grip["trace"]: grip["stop"] for grip in graph.draw(IT, 2, 0)["grips"]}
    assert grips.keys() == graph.NODES.keys()
    assert all(name in graph.REACHED[stop] for name, stop in grips.items())


def test_it_is_described():
    assert "No gradient yet." in graph.describe(IT, 2, 0)
    said = graph.describe(IT, 2, graph.LAST)
    assert f"at xᵢ {fixed(IT.gradients['x'][2])}" in said
    assert "Step 8 of 8" in said
