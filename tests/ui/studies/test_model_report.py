"""The report to attach to an issue: nothing of a file becomes markup or a formula in it, and every layer has its line."""

import csv
import io
from dataclasses import replace

import numpy as np

from tests.ui.studies.test_overview import finding, layer, model
from ui.studies.checkup import check
from ui.studies.model_report import as_csv, as_markdown


def test_the_report_has_findings_in_their_order_and_a_line_for_each_layer():
    it = replace(check(model()), findings=(finding("two"), replace(finding(None, "possible"), title="Second")))
    words = as_markdown(it)
    assert words.index("## 1. Title") < words.index("## 2. Second") < words.index("## Layers")
    assert "- Where: `two`" in words
    assert "- How sure: ▲ proof" in words
    table = [line for line in words.splitlines() if line.startswith("| 1 |") or line.startswith("| 2 |")]
    assert [line.count("|") for line in table] == [11, 11]


def test_names_of_a_file_are_code_and_never_markup():
    bad = model(layer("<b>a</b>|`x`\n# b"), layer("**e** @someone"))
    it = replace(
        check(replace(bad, source="](http://x) `y`")), findings=(replace(finding("[b](c)"), evidence="<i>x</i> #1"),)
    )
    words = as_markdown(it)
    assert "`<b>a</b>¦ˋxˋ # b`" in words
    assert "\\<i\\>x\\</i\\> \\#1" in words
    assert words.count("\n# ") == 0
    assert words.startswith("# Batch norm checkup of `](http://x) ˋyˋ`\n")


def rows(it):
    return list(csv.DictReader(io.StringIO(as_csv(it))))


def test_the_table_has_numbers_and_blanks_where_the_file_has_none():
    one = layer("one", gamma=None, beta=None, eps=None, batches_tracked=7)
    it = replace(check(model(one)), findings=(finding("one"),))
    [row] = rows(it)
    assert row["layer"] == "one"
    assert row["batches tracked"] == "7"
    assert row["gamma median"] == row["eps"] == ""
    assert float(row["moving mean min"]) == one.running_mean.min()
    assert row["findings"] == "Title"


def test_no_name_is_a_formula_in_a_spreadsheet():
    [row] = rows(check(model(layer("=1+1"))))
    assert row["layer"] == "'=1+1"


def test_what_is_no_number_is_said():
    it = check(model(layer("one", 3, running_mean=np.full(3, np.nan), gamma=np.array([np.inf, 1, 1]))))
    assert "NaN, NaN, NaN" in as_markdown(it)
    assert rows(it)[0]["moving mean median"] == "nan"
