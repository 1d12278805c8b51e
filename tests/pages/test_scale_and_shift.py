"""Scale and shift: its numbers against independent computation, and what stays hidden until there is a prediction."""

import json
import math
import re

import numpy as np
import pytest

from bn import ACTIVATIONS, BatchNorm, regime
from tests.pages.driving import charts, open_page, spec

SCRIPT = "pages/scale_and_shift.py"
LITTLE, SOME, MUCH, SHOW = "less than 0.1", "0.1 to 0.5", "more than 0.5", "Just show me"
FUNCTIONS = {
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda z: 1 / (2 + math.exp(z) + math.exp(-z)), 0.25),
    "tanh": (math.tanh, lambda z: 1 / math.cosh(z) ** 2, 1.0),
    "ReLU": (lambda z: max(z, 0.0), lambda z: float(z > 0), 1.0),
}


def page(**link):
    return open_page(SCRIPT, **{f"ss_{key}": value for key, value in link.items()})


def choose(at, key, value):
    at.get_by_key(f"ss_{key}").set_value(value)
    return at.run()


def numbers(at):
    """The table of the page: what it says of x and of y."""
    (table,) = [each.value for each in at.markdown if "mean slope |" in each.value]
    cells = [[cell.strip(" *") for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    return {name: (x, y) for name, x, y in cells}


def expected(name, gamma=1.0, beta=0.0, center=0):
    """Flat, mean slope and bend of x and of y, one value after the other."""
    f, slope, peak = FUNCTIONS[name]
    x = [center + k for k in range(-10, 11)]
    std = math.sqrt(sum((value - center) ** 2 for value in x) / 21 + 1e-5)
    columns = []
    for values, middle in ((x, center), ([gamma * (value - center) / std + beta for value in x], beta)):
        flat = sum(slope(value) < 0.19 * peak for value in values)
        bend = max(abs(f(value) - f(middle) - slope(middle) * (value - middle)) for value in values)
        columns.append((f"{flat} of 21", f"{sum(map(slope, values)) / 21:.3f}", f"{bend:.3f}"))
    return columns


def said(at):
    return "\n".join(each.value for each in at.markdown)


def alerts(at):
    return [each.value for kind in ("success", "warning", "info") for each in getattr(at, kind)]


def test_the_example_is_finished_before_any_answer():
    at = page()
    assert numbers(at)["on the flat parts"] == ("16 of 21", "0 of 21")
    assert numbers(at)["mean slope"] == ("0.048", "0.202")
    assert "16 of 21" in charts(at)["ss_curve"].proto.alt
    assert "**16 of 21**" in said(at)
    assert set(charts(at)) == {"ss_curve", "ss_before", "ss_after"}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(("gamma", "beta", "center"), [(1.0, 0.0, 0), (2.5, 1.2, 0), (0.4, -3.0, -4), (7.0, 5.0, 5)])
def test_the_numbers_are_those_of_one_value_after_the_other(name, gamma, beta, center):
    at = page(activation=name, gamma=str(gamma), beta=str(beta), center=str(center), cost=SHOW)
    found = numbers(at)
    rows = ("on the flat parts", "mean slope", "off the straight line")
    assert [tuple(found[row][k] for row in rows) for k in (0, 1)] == expected(name, gamma, beta, center)


def test_gamma_moves_the_green_squares_alone():
    at = page()
    before = spec(charts(at)["ss_curve"])
    choose(at, "gamma", 3.0)
    after = spec(charts(at)["ss_curve"])
    changed = {a["name"] for a, b in zip(before["data"], after["data"], strict=True) if a != b}
    assert changed == {"output values", "output at y", "slope at y", "mean slope at y"}
    assert before["layout"] == after["layout"]


def test_the_price_is_hidden_until_there_is_an_answer():
    at = page()
    assert numbers(at)["off the straight line"] == ("?", "?")
    everything = (
        said(at) + json.dumps([spec(chart) for chart in charts(at).values()]) + charts(at)["ss_curve"].proto.alt
    )
    assert "0.074" not in everything
    assert alerts(at) == []
    choose(at, "cost", SOME)
    assert numbers(at)["off the straight line"] == ("2.000", "0.074")
    (alert,) = alerts(at)
    assert "You said 0.1 to 0.5. It is **less than 0.1**" in alert
    assert "0.074" in alert
    assert "straight line" in {each["name"] for each in spec(charts(at)["ss_curve"])["data"]}


@pytest.mark.parametrize(
    ("name", "right", "bend"), [("sigmoid", LITTLE, 0.074), ("tanh", MUCH, 0.722), ("ReLU", MUCH, 1.651)]
)
def test_the_price_is_that_of_a_fresh_layer_whatever_gamma_and_beta_are(name, right, bend):
    for gamma in ("1", "4"):
        at = page(activation=name, gamma=gamma, beta="2", cost=right)
        (alert,) = [each.value for each in at.success]
        assert alert.startswith(f"Yes: **{right}**")
        assert f"{bend:.3f}" in alert


def test_undo_gives_the_raw_picture_back():
    at = page(undo="true", center="3", gamma="2")
    curve = {each["name"]: each for each in spec(charts(at)["ss_curve"])["data"]}
    for what in ("output", "slope"):
        for axis in "xy":
            np.testing.assert_allclose(curve[f"{what} at y"][axis], curve[f"{what} at x"][axis], atol=1e-14)
    (largest,) = re.findall(r"largest difference is \*\*([\d.e−]+)\*\*", said(at))
    assert float(largest.replace("−", "-")) < 1e-14
    assert at.slider(key="ss_gamma").label == f"γ: Undo uses {math.sqrt(110 / 3 + 1e-5):.3f}, not this"
    assert at.slider(key="ss_beta").label == "β: Undo uses 3.000, not this"
    assert f"γ = {math.sqrt(110 / 3 + 1e-5):.3f} and β = 3.000" in said(at)
    assert at.slider(key="ss_gamma").disabled
    choose(at, "undo", False)
    assert at.slider(key="ss_gamma").value == 2
    assert not at.slider(key="ss_gamma").disabled


@pytest.mark.parametrize("center", range(-5, 6))
@pytest.mark.parametrize("name", FUNCTIONS)
def test_undone_the_numbers_of_y_are_those_of_x(name, center):
    for x, y in numbers(page(activation=name, undo="true", center=str(center), cost=SHOW)).values():
        assert x == y


def test_where_the_batch_lies_does_not_matter_behind_the_layer():
    columns = [numbers(page(activation="ReLU", center=center)) for center in ("-5", "0", "5")]
    assert [column["on the flat parts"] for column in columns] == [
        ("16 of 21", "11 of 21"),
        ("11 of 21", "11 of 21"),
        ("6 of 21", "11 of 21"),
    ]


def test_who_gets_the_gradient_is_computed():
    at = page(cost=SHOW)
    slope, std = FUNCTIONS["sigmoid"][1], math.sqrt(110 / 3 + 1e-5)
    raw, normalized = ([slope(k / scale) for k in range(-10, 11)] for scale in (1, std))
    for slopes in (raw, normalized):
        assert f"{sum(sorted(slopes)[-5:]) / sum(slopes):.0%}" in said(at)
    assert f"{sum(normalized) / 21 / std:.3f}" in said(at)
    assert f"here {1 / std:.3f}" in said(at)


def test_the_second_order_is_hidden_until_there_is_an_answer():
    at = page()
    after = charts(at)["ss_after"]
    assert "flat" not in json.dumps(spec(after))
    assert "flat" not in after.proto.alt
    choose(at, "order", "fewer")
    (alert,) = [each.value for each in at.warning]
    assert "You said fewer. It is **just as many**" in alert
    for number in (
        "**16 of 21**",
        "**0**",
        "mean 0.00 and standard deviation 1.00",
        "mean 0.50 and standard deviation 0.22",
    ):
        assert number in alert
    assert "16 of 21 where sigmoid is flat" in charts(at)["ss_after"].proto.alt
    assert "Mishkin" in said(at)


@pytest.mark.parametrize(("name", "raw", "front"), [("sigmoid", 16, 7), ("tanh", 18, 14), ("ReLU", 16, 8)])
def test_the_answer_follows_batch_activation_gamma_and_beta(name, raw, front):
    at = page(activation=name, center="-5", both_gamma="2.5", both_beta="1", order="just as many")
    (alert,) = [each.value for each in at.success]
    assert alert.startswith("Yes: **just as many**")
    assert f"**{raw} of 21**" in alert
    _, slope, peak = FUNCTIONS[name]
    std = math.sqrt(110 / 3 + 1e-5)
    assert front == sum(slope(2.5 * k / std + 1) < 0.19 * peak for k in range(-10, 11))
    assert f"**{front}**" in alert
    assert "mean 1.00 and standard deviation 2.50" in alert


def test_gamma_and_beta_in_both_leave_the_first_picture_alone():
    at = page(order=SHOW)
    before = spec(charts(at)["ss_curve"])
    pictures = {key: spec(charts(at)[key]) for key in ("ss_before", "ss_after")}
    choose(at, "both_gamma", 4.0)
    assert spec(charts(at)["ss_curve"]) == before
    for key, picture in pictures.items():
        assert spec(charts(at)[key]) != picture


@pytest.mark.parametrize(("gamma", "beta", "passing"), [(1, 0, 10), (4, 0, 10), (1, 1, 17), (4, 1, 12)])
def test_who_passes_a_relu_is_decided_by_minus_beta_over_gamma(gamma, beta, passing):
    """With beta = 0 as many for every gamma, otherwise gamma counts as well: what the page says, against its picture."""
    at = page(activation="ReLU", gamma=str(gamma), beta=str(beta), cost=SHOW)
    x_hat = np.arange(-10, 11) / math.sqrt(110 / 3 + 1e-5)
    assert int((x_hat > -beta / gamma).sum()) == passing
    assert numbers(at)["on the flat parts"][1] == f"{21 - passing} of 21"
    assert any("**x̂ > −β/γ**" in each for each in alerts(at))


def test_a_batch_all_below_zero_is_rescued_from_a_relu():
    x = np.arange(-20, 1)[:, None] + 0.0
    assert regime(ACTIVATIONS["relu"], x[:, 0]).flat == 21
    assert regime(ACTIVATIONS["relu"], BatchNorm.create(1).train(x)[0].y[:, 0]).flat == 11


def test_a_link_brings_every_setting():
    link = {
        "activation": "tanh",
        "center": "-2",
        "gamma": "2.5",
        "beta": "-1.5",
        "undo": "true",
        "cost": SOME,
        "both_gamma": "0.3",
        "both_beta": "4.0",
        "order": "more",
    }
    at = page(**link)
    for key, text in link.items():
        assert str(at.session_state[f"ss_{key}"]).casefold() == text.casefold(), key


@pytest.mark.parametrize(
    ("key", "text"),
    [("gamma", "99"), ("gamma", "nan"), ("center", "x"), ("activation", "GELU"), ("cost", "1"), ("order", "?")],
)
def test_a_setting_that_cannot_be_used_leaves_the_page_as_it_opens(key, text):
    at, plain = page(**{key: text}), page()
    assert not at.exception
    assert said(at) == said(plain)


def test_what_is_to_be_tried_is_so_for_each_activation():
    assert "near 0 the green squares huddle" in said(page(cost=SHOW))
    relu = page(activation="ReLU", cost=SHOW)
    assert "huddle" not in said(relu)
    assert "a level line, for the kink has no tangent" in relu.radio(key="ss_cost").label
    flat = {
        (gamma, beta): numbers(page(activation="ReLU", cost=SHOW, gamma=gamma, beta=beta))["on the flat parts"][1]
        for gamma, beta in (("1", "2"), ("1", "-2"), ("0.5", "0"), ("6", "0"))
    }
    assert flat == {("1", "2"): "0 of 21", ("1", "-2"): "21 of 21", ("0.5", "0"): "11 of 21", ("6", "0"): "11 of 21"}
