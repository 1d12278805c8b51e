"""The picture of who shares a mean: true numbers for all that is drawn, whatever is left out."""

import json
from dataclasses import replace

import pytest

from bn import Sharing
from ui.live.sharing import HUES, SIDE_BY_SIDE, Tensor, count, divisors, picked, picture

ARTICLE = Tensor(10, 64, 200, 200, last=True, groups=32)
SMALL = Tensor(4, 8, 6, 6, last=False, groups=2)


def panels(tensor):
    made = picture(tensor)
    json.dumps(made, allow_nan=False)
    return dict(zip(SIDE_BY_SIDE, made["panels"], strict=True))


def test_the_shape_is_written_as_frameworks_write_it():
    assert (ARTICLE.shape, ARTICLE.axis) == ((10, 200, 200, 64), 3)
    assert (SMALL.shape, SMALL.axis) == ((4, 8, 6, 6), 1)
    dense = Tensor(64, 50, 1, 1, last=True, groups=5)
    assert (dense.shape, dense.axis, dense.groups) == ((64, 50), 1, 5)


def test_a_large_shape_is_drawn_by_some_of_it_and_counted_as_a_whole():
    made = picture(ARTICLE)
    assert made["rows"] == ["1", "4", "7", "10"]
    assert made["columns"] == ["1", "10", "19", "28", "37", "46", "55", "64"]
    assert made["pixels"] == (3, 3)
    assert [panel["count"] for panel in made["panels"]] == [
        "64 means over 400,000 values each",
        "10 means over 2,560,000 values each",
        "320 means over 80,000 values each",
        "640 means over 40,000 values each",
    ]
    assert panels(ARTICLE)["group norm"]["labels"][1][2] == 3 * 32 + 18 // 2


@pytest.mark.parametrize("tensor", [SMALL, ARTICLE, Tensor(1, 1, 1, 1, last=False, groups=1)])
def test_neighbors_have_one_hue_exactly_if_they_share_a_mean(tensor):
    for panel in panels(tensor).values():
        labels, hues = panel["labels"], panel["hues"]
        for i, line in enumerate(labels):
            for j, label in enumerate(line):
                for k, m in ((i, j + 1), (i + 1, j)):
                    if k < len(labels) and m < len(line):
                        assert (hues[k][m] == hues[i][j]) == (labels[k][m] == label)
        assert max(map(max, hues)) < HUES


def test_channels_last_interleaves_them_in_memory():
    first = [label for label, _ in panels(SMALL)["batch norm"]["strip"]]
    last = [label for label, _ in panels(Tensor(4, 8, 6, 6, last=True, groups=2))["batch norm"]["strip"]]
    assert first == [0] * 9
    assert last == [0, 1, 2, 3, 4, 5, 6, 7, 0]


@pytest.mark.parametrize(
    ("asked", "name", "twin"),
    [
        (1, "Group norm, 1 group = layer norm", "layer norm"),
        (8, "Group norm, 8 groups = instance norm", "instance norm"),
        (2, "Group norm, 2 groups", None),
    ],
)
def test_group_norm_goes_from_layer_norm_to_instance_norm(asked, name, twin):
    found = panels(Tensor(4, 8, 6, 6, last=False, groups=asked))
    assert found["group norm"]["name"] == name
    same = [
        other for other in ("layer norm", "instance norm") if found[other]["labels"] == found["group norm"]["labels"]
    ]
    assert same == ([twin] if twin else [])


@pytest.mark.parametrize("tensor", [SMALL, ARTICLE])
def test_each_number_of_groups_can_be_shown_while_the_slider_is_held(tensor):
    moving = picture(tensor)["moving"]
    for groups, shown in zip(divisors(tensor.c), moving["of"], strict=True):
        assert shown == panels(replace(tensor, groups=groups))["group norm"]
    assert len(json.dumps(moving)) < 12_000


@pytest.mark.parametrize(
    ("channels", "of"), [(1, [1]), (7, [1, 7]), (12, [1, 2, 3, 4, 6, 12]), (64, [1, 2, 4, 8, 16, 32])]
)
def test_only_groups_that_divide_the_channels_are_offered(channels, of):
    assert divisors(channels) == of


def test_one_of_something_is_in_the_singular():
    assert count(Sharing("batch norm", (5, 1))) == "1 mean over 5 values"
    assert count(Sharing("instance norm", (2, 3))) == "6 means over 1 value each"


@pytest.mark.parametrize("length", [1, 3, 4, 5, 9, 256])
def test_what_is_picked_begins_and_ends_with_all(length):
    found = picked(length, 4)
    assert (found[0], found[-1], len(found)) == (0, length - 1, min(length, 4))
    assert found == sorted(set(found))
