"""The checkup of one model: what is marked in its picture, what is off for recorded data, and the verdict in words."""

from dataclasses import replace

import numpy as np

from tests.ui.studies.test_overview import finding, layer, model
from ui.checkpoints.examples import EXAMPLES
from ui.studies.checkup import check, verdict


def test_what_many_layers_have_in_common_is_marked_in_each_of_them():
    never = {"running_mean": np.zeros(16), "running_var": np.ones(16), "batches_tracked": 0}
    it = check(model(*(layer(f"l{k}", seed=k, **never) for k in range(6))))
    assert [mark.layer for mark in it.picture.marks] == list(range(6))


def test_recorded_data_say_how_far_the_output_is_off_and_where_it_begins():
    it = check(EXAMPLES["moved data"])
    assert [row.quantity.symbol for row in it.picture.rows][-1] == "off"
    assert list(it.off) == list(it.picture.names)
    assert it.picture.marks[0].layer == it.picture.first[0] == 0
    assert it.renewed is not None
    assert all(each.recorded is None for model in (it.model, it.renewed) for each in model.layers)


def test_nothing_is_marked_in_a_healthy_model():
    it = check(EXAMPLES["healthy"])
    assert it.findings == it.picture.marks == ()
    assert it.picture.rows[-1].quantity.symbol == "off"


def verdict_of(*found):
    return verdict(replace(check(model()), findings=found))


def test_the_verdict_tells_wrong_from_what_may_be_as_it_should():
    assert verdict_of().startswith("nothing wrong found in 2 layers with 48 channels.")
    assert "nothing wrong found in 2 layers with 48 channels; one thing is worth a look" in verdict_of(
        finding("one", "possible")
    )
    said = verdict_of(finding("one"), finding("two", "strong sign"), finding("two", "possible"))
    assert said.startswith("2 things wrong in 2 layers")
    assert "First: Title (layer one, proof)." in said
    assert said.endswith("One thing is worth a look, but may be as they should.")
    assert "(6 layers, proof)" in verdict_of(finding(None, layers=6))
