"""Images and relatives: every number on the page against a computation that is not the page's."""

import re

import numpy as np
import pytest

from bn import FILTERS
from tests.pages.driving import charts, components, open_page, spec
from tests.pages.lab import messages, said
from ui.figures.butterflies import hundredths
from ui.links import SHOW_ME
from ui.studies.digits import digits

SCRIPT = "pages/images_and_relatives.py"
ARTICLE = {"ir_n": "10", "ir_c": "64", "ir_h": "200", "ir_w": "200", "ir_order": "last (N, H, W, C)", "ir_groups": "32"}
AXES = {"batch norm": (0, 2, 3), "layer norm": (1, 2, 3), "instance norm": (2, 3)}


def page(**link):
    return open_page(SCRIPT, **link)


def picture(at):
    return next(each for each in components(at) if "panels" in each)


def table(at, *start):
    """Cells of the rows of the page's tables that begin so."""
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in said(at).splitlines() if line.startswith("|")]
    return next(row for row in rows if row[: len(start)] == list(start))


def rows_of(seed, size=4, digit=1):
    rows = np.random.default_rng([seed, size]).integers(len(digits().train.labels), size=(1, size))[0]
    rows[0] = digit
    return rows


def filtered(rows, ink):
    images = digits().train.images[rows].reshape(-1, 8, 8).astype(float)
    images[0] *= ink
    out = np.zeros((len(images), len(FILTERS), 6, 6))
    for c, each in enumerate(FILTERS.values()):
        for i in range(3):
            for j in range(3):
                out[:, c] += each[i, j] * images[:, i : i + 6, j : j + 6]
    return out


def normalized(name, x):
    """By another way than bn: groups are cut out one by one."""
    if name.startswith("group"):
        return np.concatenate([normalized("layer norm", x[:, :2]), normalized("layer norm", x[:, 2:])], axis=1)
    axes = AXES[name]
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5)


def sheet(at, key):
    """The maps of a chart, (4, 4, 6, 6)."""
    z = np.array(spec(charts(at)[key])["data"][0]["z"], dtype=float)
    return np.array([[z[7 * i : 7 * i + 6, 7 * j : 7 * j + 6] for j in range(4)] for i in range(4)])


# --- who shares a mean -------------------------------------------------------------------------------------------


def test_the_article_s_batch_has_64_means_over_400000_values():
    at = page(**ARTICLE)
    assert picture(at)["panels"][0]["count"] == "64 means over 400,000 values each"
    assert "Shape **(10, 200, 200, 64)**, 25,600,000 values." in said(at)
    assert "4 of 10 examples, 8 of 64 channels, 3 × 3 of 200 × 200 pixels" in said(at)
    assert table(at, "batch norm `x.mean((0, 1, 2))`")[1:] == ["**64**", "400,000"]
    assert table(at, "layer norm, each pixel `x.mean(3)`")[1:] == ["**400,000**", "64"]


@pytest.mark.parametrize(
    ("link", "shape"),
    [
        ({}, (4, 8, 6, 6)),
        ({"ir_order": "last (N, H, W, C)", "ir_groups": "4"}, (4, 6, 6, 8)),
        ({"ir_n": "6", "ir_c": "12", "ir_h": "1", "ir_w": "1", "ir_groups": "3"}, (6, 12)),
        ({"ir_n": "1", "ir_c": "3", "ir_h": "5", "ir_w": "1"}, (1, 3, 5, 1)),
    ],
)
def test_the_code_in_the_table_makes_as_many_means_as_it_says(link, shape):
    at = page(**link)
    assert f"**({', '.join(map(str, shape))})**" in said(at)
    x = np.arange(np.prod(shape), dtype=float).reshape(shape)
    rows = re.findall(r"^\| [\w ,]+ `(x.*?)` \| \*\*([\d,]+)\*\* \| ([\d,]+) \|$", said(at), re.MULTILINE)
    assert len(rows) == 5
    for code, means, values in rows:
        made = eval(code, {"x": x})  # noqa: S307 (the page's own)
        assert made.size == int(means.replace(",", ""))
        assert made.size * int(values.replace(",", "")) == x.size


def test_presets_set_everything_and_only_groups_that_divide_are_offered():
    at = page()
    at.button(key="ir_preset_Dense (64, 50)").click().run()
    assert picture(at)["panels"][0]["count"] == "50 means over 64 values each"
    assert "By instance norm each value is its own mean" in said(at)
    assert at.select_slider(key="ir_groups").options == ["1", "2", "5", "10", "25"]
    at.select_slider(key="ir_groups").set_value(25).run()
    assert picture(at)["panels"][2]["name"] == "Group norm, 25 groups"
    at.number_input(key="ir_c").set_value(16).run()
    assert at.select_slider(key="ir_groups").value == 16
    at.button(key="ir_preset_One image").click().run()
    assert picture(at)["panels"][0]["labels"] == picture(at)["panels"][3]["labels"]


# --- digits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["batch norm", "layer norm", "group norm, 2 groups", "instance norm"])
def test_maps_and_histograms_are_those_of_the_filtered_digits(name):
    at = page(ir_norm=name, ir_ink="0.5", ir_digit="30")
    x = filtered(rows_of(0, digit=30), 0.5)
    x_hat = normalized(name, x)
    np.testing.assert_allclose(sheet(at, "ir_before"), x, atol=3e-3)
    np.testing.assert_allclose(sheet(at, "ir_after"), x_hat, atol=3e-3)
    before, after = (spec(charts(at)[key])["data"][0] for key in ("ir_before", "ir_after"))
    assert (before["zmin"], before["zmax"]) == (after["zmin"], after["zmax"])
    ticks = spec(charts(at)["ir_images"])["layout"]["yaxis"]["ticktext"]
    assert f"x: μ {hundredths(x[0].mean())}, σ {x[0].std():.2f}" in ticks[0]
    assert f"x̂: μ {hundredths(x_hat[0].mean())}, σ {x_hat[0].std():.2f}" in ticks[0]
    channel = spec(charts(at)["ir_channels"])["layout"]["yaxis"]["ticktext"][0]
    assert f"x: μ {hundredths(x[:, 0].mean())}, σ {x[:, 0].std():.2f}" in channel
    contrast = x_hat[0].std(axis=(1, 2)).mean() / x_hat[1:].std(axis=(2, 3)).mean()
    assert table(at, f"**{name}**")[1] == f"**{contrast:.2f}**"
    assert f"after {name} it has **{contrast:.2f}**" in said(at)


def test_what_each_norm_keeps_is_as_the_words_say():
    at = page()
    lines = re.findall(r"^\| \**([\w, ]+?)\** \| \**([\d.]+)\** \| \**([\d.]+)\** \|$", said(at), re.MULTILINE)
    contrast, channels = ({name: float(numbers[k]) for name, *numbers in lines} for k in (0, 1))
    assert contrast["x"] < 0.4 < 0.9 < contrast["layer norm"] < 1.1
    assert channels["layer norm"] > 2 > 1.01 > channels["instance norm"]
    assert contrast["batch norm"] < 0.4 < 1 < channels["batch norm"] < 1.3
    assert "**contrast stays**" in said(at)


# --- whose output moves ------------------------------------------------------------------------------------------


def test_nothing_is_revealed_before_the_guesses():
    at = page()
    assert not {"ir_now", "ir_change"} & set(charts(at))
    assert "Largest" not in said(at)


def test_only_batch_norm_moves():
    at = page(ir_guess="all four", ir_seed="5", ir_ink="1.0")
    one, other = filtered(rows_of(0), 1.0), filtered(rows_of(5), 1.0)
    change = sheet(at, "ir_change")
    moved = normalized("batch norm", other)[0] - normalized("batch norm", one)[0]
    np.testing.assert_allclose(change[0], moved, atol=1e-4)
    assert (change[1:] == 0).all()
    text = messages(at, "warning")
    assert "It is **only batch norm**" in text
    assert f"batch norm **{np.abs(moved).max():.2f}**" in text
    assert "layer norm **0.00**" in text
    names = ("batch norm", "layer norm", "group norm, 2 groups", "instance norm")
    np.testing.assert_allclose(sheet(at, "ir_now"), [normalized(name, other)[0] for name in names], atol=1e-4)
    assert "Yes: **only batch norm**" in messages(page(ir_guess="only batch norm"), "success")


# --- a batch of one ----------------------------------------------------------------------------------------------


def test_an_image_alone_gets_what_instance_norm_makes():
    at = page(ir_guess_one="all zeros")
    x = filtered(rows_of(0)[:1], 0.3)
    apart = np.abs(normalized("batch norm", x) - normalized("layer norm", x)).max()
    text = messages(at, "warning")
    assert "It is **what instance norm makes**" in text
    assert (
        f"instance norm: **0.00**, from layer norm {apart:.2f}, from zero {np.abs(normalized('batch norm', x)).max():.2f}"
        in text
    )
    everyone = filtered(rows_of(0, 16), 0.3)
    for size in (1, 2, 4, 8, 16):
        batch = everyone[:size]
        apart = np.abs(normalized("batch norm", batch)[0] - normalized("instance norm", batch)[0]).max()
        assert table(at, str(size)) == [str(size), f"{apart:.2f}"]


def test_a_link_with_groups_that_do_not_divide_says_so():
    at = page(ir_groups="3")
    assert picture(at)["panels"][2]["name"] == "Group norm, 2 groups"
    assert "“ir_groups” cannot be “3”; 2 is shown instead" in messages(at, "warning")


def test_the_batch_of_one_in_a_dense_layer_is_told_on_one_page():
    at = page(ir_guess_one=SHOW_ME)
    assert any("bs_guess_two" in link.proto.query_string for link in at.get("page_link"))
    assert not messages(page(ir_beta="1.0"), "warning")


# --- links -------------------------------------------------------------------------------------------------------


def test_a_link_brings_every_setting():
    link = {
        **{**ARTICLE, "ir_groups": "16", "ir_ink": "1.2", "ir_digit": "7", "ir_norm": "layer norm", "ir_guess": "none"},
        **{"ir_seed": "9", "ir_guess_one": "all zeros"},
    }
    at = page(**link)
    for key, text in link.items():
        assert str(at.session_state[key]) == text, key
    everything = [*at.slider, *at.select_slider, *at.radio, *at.selectbox, *at.number_input, *at.get("button_group")]
    assert {widget.key for widget in everything} == set(link)
