"""Your framework: the table against layers of each convention, the converter, folding, and the computed checks."""

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm, feed, resample
from tests.pages.driving import charts, open_page, spec
from ui.predict import SHOW_ME

SCRIPT = "pages/frameworks.py"


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
    np.testing.assert_allclose(lines["PyTorch"], expected)
    assert lines["truth, ÷ N"] == [EXAMPLE[:, 0].mean()] * 2


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
        ("Keras", 0.99, "PyTorch", "0.01", 8 / 7),
        ("PyTorch", 0.1, "Flax", "0.9", 7 / 8),
        ("ONNX", 0.9, "Keras", "0.9", None),
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
    assert (f"**{factor:.4f}**" in said) if factor else ("multiply it by" not in said)


def test_beside_the_converted_code_stands_what_the_framework_does_otherwise():
    words = "computes this layer in float32"
    assert words in text(open_page(SCRIPT, fw_guess=SHOW_ME, fw_to=CONVENTIONS["keras"].name))
    assert words not in text(open_page(SCRIPT, fw_guess=SHOW_ME, fw_to="PyTorch"))


@pytest.mark.parametrize("kind", ["dense", "convolution"])
def test_folding_shows_how_far_one_is_from_two(kind):
    at = open_page(SCRIPT, fw_kind=kind, fw_seed="4")
    said = next(line for line in text(at).splitlines() if "the one differ by at most" in line)
    assert float(said.split("**")[1]) < 1e-12


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
