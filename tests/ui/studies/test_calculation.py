"""One cell's calculation: the numbers of that very cell, and text colors that can be read on both backgrounds."""

import re
import tomllib
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm, feed, resample
from tests.colors import contrast
from ui.studies.calculation import TONES, Tones, calculation

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
TONE = Tones("#000001", "#000002", "#000003")
LAYER = replace(
    feed(BatchNorm.create(4), resample(EXAMPLE, 3, seed=0).batches).layer,
    gamma=[1.5, -2.0, 0.0, 1.0],
    beta=[0.25, -3.0, 7.0, 0.0],
)
TRAINED = LAYER.train(EXAMPLE)[0]
INFERRED = LAYER.infer(EXAMPLE)
CELLS = pytest.mark.parametrize(("row", "feature"), [(0, 0), (3, 1), (6, 2), (7, 3)])
MODES = pytest.mark.parametrize("trace", [TRAINED, INFERRED], ids=["training", "inference"])


def numbers(formula):
    """The numbers of a formula in the order of reading, without colors and indices."""
    text = re.sub(r"\\textcolor\{#\w+\}|_\{\d+\}|\[0\.4em\]", "", formula)
    text = re.sub(r"(-?[\d.]+) \\cdot 10\^\{(-?\d+)\}", r"\1e\2", text)
    text = re.sub(r"(?<![\d.e])10\^\{(-?\d+)\}", r"1e\1", text)
    return [float(number) for number in re.findall(r"(?<![\w^])-?\d+(?:\.\d+)?(?:e-?\d+)?", text)]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\frac{\textcolor{#0069A6}{-0.96} - \left(-1.5\right)}{\sqrt{6.25 + 10^{-5}}}", [-0.96, -1.5, 6.25, 1e-5]),
        (r"x_{7} = 2.5 \cdot 10^{-7} + 3", [2.5e-7, 3]),
    ],
)
def test_the_reader_of_formulas_reads(formula, expected):
    assert numbers(formula) == expected


@MODES
@CELLS
def test_normalizing_and_scaling_can_be_done_again_from_the_numbers_shown(trace, row, feature):
    panels = list(calculation(trace, row, feature, TONE, 3).values())
    x, mean, var, eps, x_hat = numbers(panels[2])
    assert x == EXAMPLE[row, feature]
    assert eps == 1e-5
    assert mean == pytest.approx(trace.mean[feature], abs=5e-7)
    assert var == pytest.approx(trace.var[feature], abs=5e-7)
    assert x_hat == pytest.approx((x - mean) / np.sqrt(var + eps), abs=2e-6)
    assert x_hat == pytest.approx(trace.x_hat[row, feature], abs=5e-7)
    gamma, again, beta, y = numbers(panels[3])
    assert (gamma, beta) == (LAYER.gamma[feature], LAYER.beta[feature])
    assert again == x_hat
    assert y == pytest.approx(gamma * x_hat + beta, abs=2e-6)
    assert y == pytest.approx(trace.y[row, feature], abs=5e-7)


@CELLS
def test_in_training_mean_and_variance_come_from_the_batch(row, feature):
    mean, variance = list(calculation(TRAINED, row, feature, TONE, 3).values())[:2]
    for panel, value in ((mean, EXAMPLE.mean(axis=0)), (variance, EXAMPLE.var(axis=0))):
        assert r"\frac{1}{8} \sum_i" in panel
        assert "moving" not in panel
        assert numbers(panel)[-1] == pytest.approx(value[feature], abs=5e-7)


@CELLS
def test_in_inference_mean_and_variance_are_the_moving_averages(row, feature):
    mean, variance = list(calculation(INFERRED, row, feature, TONE, 3).values())[:2]
    for panel, value in ((mean, LAYER.running_mean), (variance, LAYER.running_var)):
        assert "moving average" in panel
        assert "3 batches" in panel
        assert r"\sum" not in panel
        assert numbers(panel)[-1] == pytest.approx(value[feature], abs=5e-7)


def test_one_batch_is_not_batches():
    for seen, said in ((0, "0 batches"), (1, "1 batch"), (2, "2 batches")):
        text = next(iter(calculation(INFERRED, 0, 0, TONE, seen).values()))
        assert re.search(rf"{said}\b", text)


def test_the_variance_of_inference_is_not_called_divided_by_n():
    """PyTorch averages the variance ÷ (N - 1)."""
    assert LAYER.convention is CONVENTIONS["pytorch"]
    assert not any("÷ N" in title for title in calculation(INFERRED, 0, 0, TONE, 3))
    assert any("÷ N" in title for title in calculation(TRAINED, 0, 0, TONE, 3))


def test_the_numbers_of_the_first_cell_of_the_example():
    panels = calculation(BatchNorm.create(4).train(EXAMPLE)[0], 0, 0, TONE, 1).values()
    for panel, shown in zip(panels, ("-0.113750", "6.396448", "-0.334602", "-0.334602"), strict=True):
        assert shown in panel


def test_negative_numbers_stand_in_parentheses():
    third, fourth = list(calculation(TRAINED, 0, 0, TONE, 1).values())[2:]
    assert r"- \left(-0.113750\right)" in third
    assert r"1.5 \cdot \left(-0.334602\right)" in fourth
    assert r"+ \left(-3\right)" in list(calculation(TRAINED, 0, 1, TONE, 1).values())[3]


def test_every_stage_has_its_color_and_the_symbols_the_row():
    _, _, third, fourth = calculation(TRAINED, 5, 0, TONE, 1).values()
    assert r"\textcolor{#000001}{x_{5}}" in third
    assert r"\textcolor{#000002}{\hat x_{5}}" in third
    assert r"\textcolor{#000002}{\hat x_{5}}" in fourth
    assert r"\textcolor{#000003}{y_{5}}" in fourth


@MODES
@CELLS
def test_braces_and_environments_are_balanced(trace, row, feature):
    for panel in calculation(trace, row, feature, TONE, 3).values():
        assert panel.count("{") == panel.count("}")
        assert panel.count(r"\left(") == panel.count(r"\right)")
        assert panel.count(r"\begin{aligned}") == panel.count(r"\end{aligned}") == 1


def test_the_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tones_can_be_read_on_the_backgrounds_of_their_theme(theme):
    colors = CONFIG["theme"][theme]
    for tone in astuple(TONES[theme]):
        assert contrast(tone, colors["backgroundColor"]) >= 4.5


def test_there_are_tones_for_each_theme():
    assert set(TONES) == {"light", "dark"}
    for tones in TONES.values():
        assert len(set(astuple(tones))) == 3
