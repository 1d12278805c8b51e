"""The picture of a model as its script is given it, and what it may ask for."""

import json

from tests.pages.driving import components, open_page, tell
from tests.ui.studies.test_overview import layer, model
from ui.live.model import data, describe
from ui.studies.checkup import check

SCRIPT = "pages/your_model.py"


def test_the_picture_says_what_it_shows():
    it = check(model())
    assert describe(it).startswith("2 batch norm layers from input to output, ")
    assert "48 channels: moving mean, " in describe(it)


def test_what_is_sent_can_be_sent_and_is_small():
    it = check(model(*(layer(f"layer{k}", 512, k) for k in range(53))))
    assert len(json.dumps(data(it, None), ensure_ascii=False)) < 33_000
    assert len(data(it, 7)["channels"]) == 1


def pictures(at):
    return [each for each in components(at) if "bars" in json.dumps(each)]


def test_a_page_opened_has_one_picture_and_asking_for_nonsense_changes_nothing():
    at = open_page(SCRIPT)
    [before] = pictures(at)
    for asked in (
        None,
        "x",
        [],
        ["other", 0],
        [before["id"], 10**9],
        [before["id"], -1],
        [before["id"], "0"],
        {"a": 1},
    ):
        tell(at, "ym_model", "ask", asked)
        assert not at.exception
        assert pictures(at) == [before]
    tell(at, "ym_model", "ask", [before["id"], 1])
    assert not at.exception
    assert pictures(at)[0]["id"] == before["id"]
