"""A layer of the reader's own, in the lab and beside the frameworks: typed, pasted, wrong, answered, kept in the link."""

import pytest

from bn import CONVENTIONS
from tests.pages.driving import components, open_page, tell
from ui import catalogue
from ui.brought.layer import KEYS
from ui.brought.verdict import MISTAKES

GAMMA, BETA, MEAN, VAR = "1.5, 0.8, 1.2, 1", "0.5, -0.3, 0, 1", "0.4, 13.2, 18.3, 31.4", "5.2, 3.4, 13.5, 11.7"
LAYER = {"yl_gamma": GAMMA, "yl_beta": BETA, "yl_mean": MEAN, "yl_var": VAR}
PAGES = pytest.mark.parametrize("script", ["app.py", "pages/frameworks.py"])


def opened(script="app.py", **link):
    return open_page(script, **{"yl_open": "true", **link})


def tables(at):
    [data] = [each for each in components(at) if "tables" in each and each["tables"][0]["name"] == "yl_x"]
    return data


def y_of(at, row=0):
    return tables(at)["tables"][1]["cells"][row]


def said(at):
    return " ".join(each.value for kind in ("error", "warning", "info", "markdown") for each in at.get(kind))


def test_it_is_folded_in_the_lab():
    assert "yl_gamma" not in {each.key for each in open_page().text_area}


@PAGES
def test_a_layer_from_a_link_is_answered_cell_by_cell(script):
    at = opened(script, **LAYER)
    assert not at.exception
    assert y_of(at) == ["−0.395", "0.850", "1.597", "−0.816"]
    assert len(tables(at)["rows"]) == 8


@PAGES
def test_the_example_fills_the_fields(script):
    at = opened(script)
    at.button(key="yl_example").click().run()
    assert at.text_area(key="yl_mean").value == "0.392, 13.2, 18.3, 31.4"
    assert "Moving mean and variance" not in said(at)


@PAGES
def test_a_printout_fills_the_fields_and_says_how_it_was_read(script):
    at = opened(script)
    text = "OrderedDict({'weight': tensor([1.5000, 0.8000, 1.2000, 1.0000]), 'bias': tensor([0., 0., 0., 0.]), 'running_mean': "
    text += "tensor([1., 2., 3., 4.]), 'running_var': tensor([4., 4., 4., 4.])})"
    at.text_area(key="yl_paste").set_value(text).run()
    assert at.text_area(key="yl_gamma").value == "1.5000, 0.8000, 1.2000, 1.0000"
    assert at.text_area(key="yl_paste").value == ""
    assert "Read by their names: γ, β, moving mean, moving variance." in said(at).replace("\u2060", "").replace(
        "\\", ""
    )
    at.text_area(key="yl_beta").set_value("1, 1, 1, 1").run()
    assert "Read by their names" not in said(at)


def test_of_several_layers_in_a_printout_one_is_read_and_another_can_be_chosen():
    at = opened()
    lines = [
        f"layer{k}.bn.running_{what}: {[k + j for j in range(width)]}"
        for k, width in ((1, 2), (2, 4), (3, 4))
        for what in ("mean", "var")
    ]
    at.text_area(key="yl_paste").set_value("\n".join(lines)).run()
    assert at.text_area(key="yl_mean").value == "2, 3, 4, 5"
    assert "It holds 3 layers with averages" in said(at)
    assert "the first with a number for each feature" in said(at)
    assert at.selectbox(key="yl_layer").value == "layer2.bn"
    at.selectbox(key="yl_layer").select("layer3.bn").run()
    assert at.text_area(key="yl_mean").value == "3, 4, 5, 6"
    again = opened(**{key: at.session_state[key] for key in ("yl_mean", "yl_var", "yl_paste", "yl_layer")})
    assert again.selectbox(key="yl_layer").value == "layer3.bn"
    assert again.text_area(key="yl_var").value == "3, 4, 5, 6"
    assert "Not everything" not in said(again)
    again.text_area(key="yl_paste").set_value("running_mean: 1 2 3 4\nrunning_var: 1 1 1 1").run()
    assert not again.exception
    assert "yl_layer" not in {each.key for each in again.selectbox}


def test_a_bad_printout_leaves_the_fields():
    at = opened(**LAYER)
    at.text_area(key="yl_paste").set_value("gamma <b>a</b>: 1 2").run()
    assert "The fields stay as they are" in said(at)
    assert at.text_area(key="yl_gamma").value == GAMMA
    assert at.text_area(key="yl_paste").value
    at.text_area(key="yl_paste").set_value("").run()
    assert "The fields stay" not in said(at)


def test_a_bad_field_leaves_the_last_good_answer():
    at = opened(**LAYER)
    before = y_of(at)
    at.text_area(key="yl_var").set_value("5.2, -3, 13.5, 11.7").run()
    assert "entry 1 is −3" in said(at)
    assert "the last good layer" in said(at)
    assert y_of(at) == before


def test_without_a_good_one_nothing_is_answered():
    at = opened(yl_gamma="1, 2")
    assert "has 2 values and the rows have 4 features" in said(at)
    assert "With four vectors that fit" in said(at)
    assert not [each for each in components(at) if "tables" in each and each["tables"][0]["name"] == "yl_x"]


def test_another_order_is_offered_and_taken():
    at = opened(**{**LAYER, "yl_mean": VAR, "yl_var": MEAN})
    assert "the moving variance stands before the moving mean" in said(at)
    at.button(key="yl_reorder").click().run()
    assert (at.text_area(key="yl_mean").value, at.text_area(key="yl_var").value) == (MEAN, VAR)
    assert not [each for each in at.button if each.key == "yl_reorder"]


@pytest.mark.parametrize("name", [each.name for each in CONVENTIONS.values() if each.momentum_weighs])
def test_a_framework_brings_its_eps_and_decay(name):
    at = opened(**LAYER, yl_eps="0.5", yl_decay="0.5")
    at.selectbox(key="yl_from").set_value(name).run()
    if name != "PyTorch":
        assert (at.text_input(key="yl_eps").value, at.text_input(key="yl_decay").value) == ("", "")
    assert f"{name} calls the four vectors" in said(at)


def test_eps_and_decay_are_free():
    at = opened(**LAYER)
    before = y_of(at)
    at.text_input(key="yl_eps").set_value("2.5").run()
    assert y_of(at) != before
    at.text_input(key="yl_decay").set_value("0.997").run()
    assert not at.exception
    at.text_input(key="yl_eps").set_value("-1").run()
    assert "ε is −1" in said(at)


def test_each_mistake_stands_beside_it():
    at = opened(**LAYER, yl_eps="0.01")
    options = at.selectbox(key="yl_beside").options
    assert options == [words.name for words in MISTAKES.values()]
    for option in options:
        at.selectbox(key="yl_beside").set_value(option).run()
        assert not at.exception
        assert tables(at)["tables"][2]["title"] == f"y with {option}"
    assert any("What one more batch makes of the averages" in each.proto.body for each in at.get("html"))


def test_a_cell_is_chosen_in_the_tables():
    at = opened(**LAYER)
    tell(at, "yl_tables", "choose", [3, 2])
    assert (at.number_input(key="yl_row").value, at.selectbox(key="yl_feature").value) == (3, "F2")
    assert tables(at)["chosen"] == [3, 2]
    tell(at, "yl_tables", "choose", [99, 0])
    assert tables(at)["chosen"] == [3, 2]
    tell(at, "yl_tables", "edit", [0, 0, "7"])
    assert not at.exception


def test_what_was_got_is_explained():
    at = opened(**LAYER)
    at.text_area(key="yl_got").set_value("-0.0019").run()
    assert "that of one mistake: training mode left on" in said(at)
    at.text_area(key="yl_got").set_value("−0.395 0.850 1.597 −0.816").run()
    assert "Right: this is inference as it should be." in said(at)
    at.text_area(key="yl_got").set_value("1 2 3").run()
    assert "1 × 3 numbers" in said(at).replace("\u2060", "").replace("\\", "")


def test_one_row_is_enough():
    at = opened(**LAYER, source="Your own", batch="1, 2, 3, 4")
    assert not at.exception
    assert len(tables(at)["rows"]) == 1
    assert "training mode left on" not in at.selectbox(key="yl_beside").options


def test_a_batch_with_other_features_needs_another_layer():
    at = opened(**LAYER)
    at.session_state["source"] = "Your own"
    at.text_area(key="batch").set_value("1, 2\n3, 5").run()
    assert not at.exception
    assert "has 4 values and the rows have 2 features" in said(at)


def test_a_long_layer_beside_a_long_batch_does_not_go_into_the_link():
    at = opened(**LAYER)
    at.text_area(key="yl_got").set_value("0.5 " * 1500).run()
    assert "does not fit into a link" in said(at)
    assert not at.exception


def test_the_layer_comes_along_to_the_other_page():
    at = opened(**LAYER, yl_eps="0.25")
    at.switch_page("pages/frameworks.py").run()
    assert not at.exception
    assert at.text_area(key="yl_mean").value == MEAN
    assert at.text_input(key="yl_eps").value == "0.25"


def test_the_layer_that_was_typed_last_is_shown_wherever_it_was_typed():
    at = opened(**LAYER)
    at.switch_page("pages/frameworks.py").run()
    at.text_area(key="yl_gamma").set_value("2, 2, 2, 2").run()
    assert not set(at.session_state["_links"]["frameworks"]) & set(catalogue.LAYER)
    at.query_params.clear()
    at.query_params["yl_open"] = "true"
    at.switch_page("app.py").run()
    assert at.text_area(key="yl_gamma").value == "2, 2, 2, 2"
    assert at.text_area(key="yl_var").value == VAR


def test_every_setting_of_the_layer_is_one_of_both_pages():
    assert set(catalogue.LAYER) == {"yl_from", "yl_got", "yl_paste", "yl_layer", *KEYS.values()}


def test_what_is_typed_is_no_markup():
    for key in (*KEYS.values(), "yl_paste", "yl_got"):
        at = opened(**LAYER)
        field = at.text_input(key=key) if key in ("yl_eps", "yl_decay") else at.text_area(key=key)
        field.set_value("<b>a</b> **e** 1, [b](//c.d)").run()
        assert not at.exception
        assert "<b>a</b>" not in said(at)
        assert "**e**" not in said(at)
