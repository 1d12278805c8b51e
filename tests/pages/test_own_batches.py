"""Batches of the reader's own in the order they came, on the chapter on training and inference."""

import re

import pytest

from tests.pages.driving import assert_in_order, charts, open_page, spec
from ui.brought.batches import AXES, CHANNELS_LAST, MASK, ZEROS
from ui.brought.sequence import MIXED, OWN_DECAY, PRESETS

PAGE = "pages/training_vs_inference.py"


def opened(**link):
    at = open_page(PAGE, **{"ti_own": "true", **link})
    assert_in_order(at, str(link))
    return at


def table(at, title="Moving averages after the last batch"):
    [html] = [each.proto.body for each in at.get("html") if title in each.proto.body]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html)
    return {name: re.findall("<td>(.*?)</td>", cells) for name, cells in rows}


def said(at):
    words = " ".join(each.value for kind in ("error", "warning", "info", "markdown") for each in at.get(kind))
    return words.replace("\u2060", "").replace("\\", "")


def test_it_is_folded():
    assert "ti_rows" not in {each.key for each in open_page(PAGE).text_area}


def test_zero_and_one_a_hundred_times():
    at = opened()
    found = table(at)
    assert found["PyTorch"] == ["0.5000", "0.5000", "0.9", "under 0.01%"]
    for name in ("Keras 3", "Flax", "ONNX"):
        assert found[name][:2] == ["0.5000", "0.2500"]
    assert found["Keras 2"][:2] == ["0.5000", "0.5005"]  # ÷ (N − 1 − ε), ε = 0.001
    assert found["The 2015 paper"] == ["0.5000", "0.5000", "plain mean", "0%"]
    assert "variances **0.250** (÷ N: Keras 3, Flax, ONNX) and **0.500** (÷ (N − 1): PyTorch" in said(at)


def test_each_framework_s_own_decay_and_what_is_left_of_the_start():
    at = opened(ti_whose=OWN_DECAY)
    found = table(at)
    assert found["Keras 3"] == ["0.3170", "0.5245", "0.99", "36.6%"]
    assert found["PyTorch"][2] == "0.9"


def test_the_averages_after_each():
    at = opened(ti_all_decay="0.5", ti_rounds="2")
    found = table(at, "After each batch: F0")
    assert found["PyTorch, mean"] == ["0.0000", "0.2500", "0.3750"]
    assert found["Keras 3, variance"] == ["1.0000", "0.6250", "0.4375"]
    at.number_input(key="ti_rounds").set_value(500).run()
    assert len(table(at, "After each batch: F0")["PyTorch, mean"]) == 14


@pytest.mark.parametrize("name", PRESETS)
def test_a_kind_of_sequence_at_a_press(name):
    at = opened(ti_stat="moving mean")
    at.button(key=f"ti_preset_{name}").click().run()
    assert_in_order(at, name)
    assert at.segmented_control(key="ti_stat").value == "moving variance"
    assert at.text_area(key="ti_rows").value == PRESETS[name][0]
    words = {
        "The same batch again": "Read: 1 batch of 2 rows",
        "A small last batch": "Every framework lets **each batch count the same**",
        "Two populations": "of it lies between the batches",
        "Padding": "The mean of F0 is **3.000**, and would be 1.500 if they counted",
    }
    assert words[name] in said(at)


def test_a_small_last_batch_beside_what_weighing_would_give():
    at = opened(ti_rows="2\n2\n2\n2\n\n10", ti_rounds="1", ti_all_decay="0.5")
    found = table(at)
    assert found["Keras 3"][:4] == ["5.5000", "0.2500", "2.1250", "0.4375"]
    assert "PyTorch refuses a batch of one row: batch 1 left its averages" in said(at)
    assert found["PyTorch"][:2] == ["1.0000", "0.5000"]
    assert found["PyTorch"][5] == "50%"


def test_two_populations_mixed():
    rows = "0\n2\n\n10\n14"
    alternating = table(opened(ti_rows=rows, ti_rounds="200", ti_all_decay="0.99"))
    mixed = table(opened(ti_rows=rows, ti_rounds="400", ti_all_decay="0.99", ti_way=MIXED))
    assert abs(float(alternating["Keras 3"][1]) - 2.5) < 0.1
    assert abs(float(mixed["Keras 3"][1]) - 32.75) < 0.7


def test_padding_by_zeros_and_by_a_mask():
    found = table(opened(ti_rows="1\n2\n3\n4\n5\n0\n0\n0\n0\n0", ti_padding=ZEROS, ti_all_decay="0"))
    assert found["Keras 3"][:2] == ["3.0000", "2.0000"]
    assert found["PyTorch"][:2] == ["3.0000", "2.5000"]
    found = table(opened(ti_rows="1,1\n5,1\n9,0", ti_padding=MASK, ti_all_decay="0"))
    assert found["Flax"][:2] == ["3.0000", "4.0000"]


def test_three_axes_and_where_the_channels_are():
    rows = "[[[1, 2], [10, 20], [0, 0]]]"
    at = opened(ti_rows=rows, ti_all_decay="0")
    assert at.segmented_control(key="ti_axes").options == list(AXES)
    assert table(at)["Keras 3"][:2] == ["1.5000", "0.2500"]
    at = opened(ti_rows=rows, ti_all_decay="0", ti_axes=CHANNELS_LAST)
    assert float(table(at)["Keras 3"][0]) == pytest.approx(11 / 3, abs=1e-4)
    assert "N · L values share a mean" in said(at)


def test_feature_and_statistic_are_chosen():
    at = opened(ti_rows="1, 5\n2, 7", ti_of="F1")
    assert "After each batch: F1" in " ".join(each.proto.body for each in at.get("html"))
    before = spec(charts(at)["ti_sequence"])
    at.segmented_control(key="ti_stat").set_value("moving mean").run()
    assert spec(charts(at)["ti_sequence"]) != before


def test_what_cannot_be_read_leaves_the_last_good_ones():
    at = opened(ti_rows="0\n4")
    before = table(at)
    at.text_area(key="ti_rows").set_value("1, 2\n\n3").run()
    assert "Batch 1 has 1 column and batch 0 has 2" in said(at)
    assert "the last good batches are shown" in said(at)
    assert table(at) == before
    at.text_area(key="ti_rows").set_value("").run()
    assert "There is no batch yet" in said(at)


def test_the_first_thousand_are_shown():
    at = opened(ti_rows="0\n1\n\n2\n3\n\n4\n5", ti_rounds="500")
    assert "The first 1,000 batches are shown" in said(at)


def test_a_long_text_does_not_go_into_the_link():
    at = opened()
    at.text_area(key="ti_rows").set_value("1.25, 3.5\n" * 600).run()
    assert_in_order(at, "long")
    assert "too long for a link" in said(at)


def test_batches_of_one_row_are_said_to_be_of_one():
    assert "Read: 2 batches of 1 row, 2 features." in said(opened(ti_rows="1, 2\n\n3, 4"))
    assert "Read: 2 batches of 1, 2 rows, 1 feature." in said(opened(ti_rows="1\n\n3\n4"))
