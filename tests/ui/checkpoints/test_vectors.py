"""What the browser sends of a .safetensors file, and what a forger sends."""

import math

import numpy as np
import pytest

from tests.bn.checkup.models import layer, model
from tests.ui.checkpoints.files import message, tensor
from ui.checkpoints.limits import CheckpointError
from ui.checkpoints.reading import read_vectors

OF = model(*(layer(f"layer{at}.bn", at, 8) for at in (10, 2, 1)))


def refused(sent):
    with pytest.raises(CheckpointError) as problem:
        read_vectors(sent)
    assert str(problem.value).endswith(".")
    return str(problem.value)


def test_layers_come_in_natural_order():
    of = read_vectors(message(OF))
    assert [each.name for each in of.layers] == ["layer1.bn", "layer2.bn", "layer10.bn"]
    assert (of.source, of.framework) == ("model.safetensors", "pytorch")


@pytest.mark.parametrize(("dtype", "digits"), [("F64", 1e-15), ("F32", 1e-7), ("F16", 1e-3), ("BF16", 1e-2)])
def test_numbers_of_every_width(dtype, digits):
    read = {each.name: each for each in read_vectors(message(OF, dtype)).layers}
    for each in OF.layers:
        for field in ("running_mean", "running_var", "gamma", "beta"):
            np.testing.assert_allclose(getattr(read[each.name], field), getattr(each, field), rtol=digits, atol=1e-7)
        assert read[each.name].batches_tracked == 1_000
        assert (read[each.name].eps, read[each.name].decay) == (None, None)


def test_bfloat16_to_the_last_bit():
    values = np.array([1.0, -2.5, 3.0e38, 1e-38, np.inf, np.nan], "<f4")
    sent = message(model(layer("a", channels=6)))
    sent["layers"][0]["vectors"]["running_mean"] = tensor(values, "BF16")
    got = read_vectors(sent).layers[0].running_mean
    np.testing.assert_array_equal(got[[0, 1, 4]], [1, -2.5, np.inf])
    assert math.isnan(got[5])
    assert got[2] == pytest.approx(3e38, rel=0.01)


def test_only_mean_and_variance_are_needed():
    of = read_vectors(message(model(layer("a", gamma=None, beta=None, batches_tracked=None))))
    assert (of.layers[0].gamma, of.layers[0].beta, of.layers[0].batches_tracked, of.framework) == (
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    "sent",
    [
        None,
        3,
        [],
        {},
        {"layers": None},
        {"layers": [None]},
        {"layers": [{"name": "a"}]},
        {"layers": [{"name": "a", "vectors": []}]},
    ],
)
def test_other_forms_are_refused(sent):
    refused(sent)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("running_mean", None),
        ("running_var", None),
        ("running_mean", 3),
        ("running_mean", {"dtype": "F32"}),
        ("running_mean", {"dtype": "F32", "data": 3}),
        ("running_mean", {"dtype": "F32", "data": "é"}),
        ("running_mean", {"dtype": "F32", "data": "AAA"}),
        ("running_mean", {"dtype": "F32", "data": "AAAA"}),
        ("running_mean", {"dtype": "F32", "data": ""}),
        ("running_mean", {"dtype": "F8_E4M3", "data": "AAAA"}),
        ("running_mean", {"dtype": ["F32"], "data": "AAAA"}),
        ("running_mean", {"dtype": "F32", "data": "A" * 10_000_000}),
        ("running_mean", tensor(np.ones(70_000))),
        ("running_var", tensor(np.ones(7))),
        ("weight", tensor(np.ones(9))),
        ("num_batches_tracked", tensor([-1], "I64")),
        ("num_batches_tracked", tensor([1, 2], "I64")),
        ("num_batches_tracked", tensor([1.0], "F32")),
    ],
)
def test_vectors_of_another_form_are_refused(key, value):
    sent = message(OF)
    sent["layers"][1]["vectors"][key] = value
    refused(sent)


def test_limits():
    one = message(model(layer("a", channels=1)))["layers"][0]
    assert "513" in refused({"layers": [one | {"name": str(at)} for at in range(513)]})
    assert "same name" in refused({"layers": [one, one]})
    assert "no batch norm layer" in refused({"name": "a", "layers": []})
    wide = message(model(layer("a", channels=60_000)))["layers"][0]
    assert "262,144" in refused({"layers": [wide | {"name": str(at)} for at in range(5)]})


def test_names_of_another_kind_are_refused_or_made_one_line():
    sent = message(OF)
    sent["layers"][0]["name"] = 3
    refused(sent)
    sent["layers"][0]["name"] = "a\n<script>" + "b" * 900
    assert "a <script>" in {each.name[:10] for each in read_vectors(sent).layers}
    sent["name"] = 3
    refused(sent)
