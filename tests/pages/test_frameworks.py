"""Your framework: the table against layers of each convention, the converter, folding, and the computed checks."""

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm, feed, resample
from tests.pages.driving import charts, open_page, spec
from ui.links import SHOW_ME

SCRIPT = "pages/frameworks.py"


def with_own(batch, **link):
    at = open_page(SCRIPT, **link)
    at.session_state["source"] = "Your own"
    at.session_state["batch"] = batch
    at.run()
    assert f"{len(batch.splitlines())} row" in text(at)
    return at


def text(at):
    return "\n".join(each.value for each in at.markdown)


@pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=lambda each: each.name)
@pytest.mark.parametrize("steps", [0, 1, 40])
def test_the_table_holds_what_each_convention_computes(convention, steps):
    at = open_page(SCRIPT, fw_steps=str(steps), fw_feature="F1")
    x = EXAMPLE[:, [1]]
    layer = feed(BatchNorm.create(1, convention, channel_axis=1), resample(x, 300, 0).batches[:steps]).layer
    row = next(line for line in text(at).splitlines() if line.lower().startswith(f"| {convention.name.lower()} |"))
    cells = [cell.strip() for cell in row.split("|")[1:-1]]
    numbers = (layer.train(x)[0].y[0, 0], layer.running_mean[0], layer.running_var[0], layer.infer(x).y[0, 0])
    assert cells[1:] == [f"{number:.4f}" for number in numbers]


def test_the_picture_shows_the_chosen_average():
    at = open_page(SCRIPT, fw_steps="20", fw_shown="moving mean")
    lines = {trace["name"]: trace["y"] for trace in spec(charts(at)["fw_paths"])["data"] if trace["mode"] == "lines"}
    expected = feed(BatchNorm.create(1, channel_axis=1), resample(EXAMPLE[:, [0]], 300, 0).batches[:20]).mean[:, 0]
    np.testing.assert_allclose(lines["PyTorch"], expected, atol=2e-4 * np.ptp(expected))
    assert lines["truth, ÷ N"] == pytest.approx([EXAMPLE[:, 0].mean()] * 2)


def test_the_converter_comes_after_the_guess():
    at = open_page(SCRIPT)
    assert not at.code
    at.radio(key="fw_guess").set_value("0.99").run()
    assert "You said 0.99. It is **0.01**" in at.warning[0].value
    assert "the old average would weigh 0.01" in at.warning[0].value
    assert len(at.code) == 1


@pytest.mark.parametrize(
    ("given", "momentum", "wanted", "written", "factor"),
    [
        ("Keras 3", 0.99, "PyTorch", "0.01", 8 / 7),
        ("PyTorch", 0.1, "Flax", "0.9", 7 / 8),
        ("ONNX", 0.9, "Keras 3", "0.9", None),
        ("PyTorch", 0.1, "PyTorch", "0.1", None),
    ],
)
def test_momentum_epsilon_and_variance_are_converted(given, momentum, wanted, written, factor):
    at = open_page(SCRIPT, fw_guess=SHOW_ME, fw_from=given, fw_momentum=str(momentum), fw_to=wanted)
    said = text(at)
    assert f"**momentum={written}** in {wanted}" in said
    assert f"momentum={written}" in at.code[0].value
    epsilon = next(each.eps for each in CONVENTIONS.values() if each.name == given)
    assert repr(epsilon) in at.code[0].value
    assert "copy the stored mean and variance as they are" in said
    assert (f"**{factor:.4f}**" in said) if factor else ("further **training**" not in said)
    assert ("behind a convolution N·H·W" in said) == (factor is not None)


def test_beside_the_converted_code_stands_what_the_framework_does_otherwise():
    words = "computes this layer in float32"
    assert words in text(open_page(SCRIPT, fw_guess=SHOW_ME, fw_to=CONVENTIONS["keras"].name))
    assert words not in text(open_page(SCRIPT, fw_guess=SHOW_ME, fw_to="PyTorch"))


@pytest.mark.parametrize("place", ["behind it", "in front of it"])
@pytest.mark.parametrize(
    "kind", ["dense", "convolution", "grouped", "depthwise", "transposed", "transposed and grouped"]
)
def test_folding_shows_how_far_one_is_from_two(kind, place):
    at = open_page(SCRIPT, fw_kind=kind, fw_place=place, fw_seed="4")
    assert not at.exception
    assert not at.warning
    if "transposed" in kind and place == "in front of it":
        assert "does not fold" in at.info[0].value
        return
    said = next(line for line in text(at).splitlines() if "the one differ by at most" in line)
    assert float(said.split("**")[1].replace("−", "-")) < 1e-12
    padded = [line for line in text(at).splitlines() if "pads with zeros" in line]
    assert len(padded) == (place == "in front of it" and kind != "dense")
    for line in padded:
        assert float(line.split("**")[3].replace("−", "-")) > 0.1
        assert float(line.split("**")[5].replace("−", "-")) < 1e-12


def test_checks_are_computed_from_the_batch():
    at = open_page(SCRIPT)
    layer = BatchNorm.create(4, channel_axis=1)
    halves = np.concatenate([layer.train(part)[0].y for part in (EXAMPLE[:4], EXAMPLE[4:])])
    apart = np.abs(halves - layer.train(EXAMPLE)[0].y).max()
    assert text(at).count(f"**{apart:.3f}**") == 2, "accumulation and devices"
    assert "in inference by **0.000**" in text(at)


def test_ones_own_batch_is_taken():
    at = open_page(SCRIPT, fw_feature="F3")
    at.session_state["source"] = "Your own"
    at.session_state["batch"] = "age,km\n3,42000\n12,180000\n30,310000"
    at.run()
    assert not at.exception
    assert "age, row 0" in text(at)


def test_the_paper_names_no_eps_and_the_page_says_so():
    (row,) = [line for line in text(open_page(SCRIPT)).splitlines() if line.startswith("| The 2015 paper | not")]
    assert row.split("|")[2].strip() == "not named; here 1e−5"


def test_what_is_said_of_several_devices_holds_for_each_framework():
    at = text(open_page(SCRIPT))
    assert "`synchronized=True`, on the TensorFlow backend only" in at
    assert "Flax an `axis_name`, for `pmap` and `shard_map`" in at
    assert "`track_running_stats=False`" in at


@pytest.mark.parametrize(
    "batch", ["1,5\n2,3", "5\n5", "1\n2", "2\n1", "2\n1\n3", "7", "1e9\n1e9\n1e9", "0\n0\n0\n1"], ids=repr
)
def test_the_right_mode_is_told_apart_by_every_batch(batch):
    at = with_own(batch)
    said = next(line for line in text(at).splitlines() if line.startswith("Row 0 with these rows"))
    training, inference = (float(part.replace("−", "-")) for part in said.split("**")[1:4:2])
    assert training > 0.1
    assert inference == 0


def test_1_667_and_1_25_are_explained():
    said = text(with_own("1\n2\n3\n4"))
    line = next(line for line in said.splitlines() if line.startswith("Each is what its version computes"))
    assert line.count("**1.2500** (÷ N)") == line.count("**1.6672** (÷ (N − 1 − ε))") == line.count("**1.6667**") == 2


def test_one_row_is_refused_in_training_alone_and_by_pytorch_alone():
    at = with_own("3,5", fw_guess=SHOW_ME)
    assert not at.exception
    assert not at.error
    refused = [line.split("|")[1].strip() for line in text(at).splitlines() if "| refused |" in line]
    assert refused == ["PyTorch"]
    assert "layer.eval()" in at.code[0].value


def test_an_older_link_converts_from_keras_3():
    at = open_page(SCRIPT, fw_guess=SHOW_ME, fw_from="Keras", fw_to="Keras")
    assert not at.warning
    assert "Keras 3's momentum" in text(at)
