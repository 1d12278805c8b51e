"""Moving averages over batches in the order they came: as the frameworks have them, by their formula, and what they should be."""

import numpy as np
import pytest

from bn import CONVENTIONS, BatchNorm
from bn.brought.sequence import as_rows, follow_batches, moments_of_all, within_batches, without_padding

FRAMEWORKS = ["pytorch", "keras", "flax"]
ZERO_ONE = np.array([[0.0], [1.0]])
A, B = np.array([[0.0], [2.0]]), np.array([[10.0], [14.0]])
EACH_CONVENTION = pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=list(CONVENTIONS))


def sequence(golden, name):
    found = golden("brought")["sequences"][name]
    made = {"the same again": [ZERO_ONE] * 100, "alternating": [A, B] * 20}
    return [np.array(x) for x in found["batches"]] if "batches" in found else made[name], found["after"]


@pytest.mark.parametrize("name", ["the same again", "several", "a small last one", "alternating"])
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_as_the_framework_has_them(golden, framework, name):
    batches, after = sequence(golden, name)
    found = follow_batches(batches, CONVENTIONS[framework], 1e-5, 0.9)
    last = len(after[framework])
    for mean, var, (expected_mean, expected_var) in zip(
        found.mean[-last:], found.var[-last:], after[framework], strict=True
    ):
        np.testing.assert_allclose(mean, expected_mean, rtol=1e-6)
        np.testing.assert_allclose(var, expected_var, rtol=1e-6)


@EACH_CONVENTION
@pytest.mark.parametrize("decay", [0.0, 0.9, 1.0, None])
def test_as_the_layer_itself(convention, decay):
    rng = np.random.default_rng(4)
    batches = [rng.normal(3, 2, (n, 2)) for n in (5, 2, 8, 3)]
    found = follow_batches(batches, convention, 1e-3, decay)
    layer = BatchNorm.create(2, convention, channel_axis=1)
    layer = BatchNorm(
        layer.gamma, layer.beta, layer.running_mean, layer.running_var, 1e-3, decay, convention, channel_axis=1
    )
    for t, x in enumerate(batches):
        _, layer = layer.train(x)
        np.testing.assert_allclose(found.mean[t + 1], layer.running_mean, rtol=1e-13)
        np.testing.assert_allclose(found.var[t + 1], layer.running_var, rtol=1e-13)


def test_zero_and_one_a_hundred_times():
    """What was asked for: 0.5 and 0.5 in PyTorch, 0.5 and 0.25 with ÷N, up to what is left of the start."""
    for name, var in (("pytorch", 0.5), ("keras", 0.25), ("flax", 0.25), ("onnx", 0.25)):
        found = follow_batches([ZERO_ONE] * 100, CONVENTIONS[name], 1e-5, 0.9)
        left = 0.9**100
        assert found.mean[-1, 0] == pytest.approx((1 - left) * 0.5, rel=1e-12)
        assert found.var[-1, 0] == pytest.approx(left + (1 - left) * var, rel=1e-12)
        assert abs(found.mean[-1, 0] - 0.5) < 2e-5
        assert abs(found.var[-1, 0] - var) < 3e-5


def test_a_small_last_batch_counts_like_the_others_unless_weighed():
    large, small = np.full((8, 1), 2.0), np.full((2, 1), 10.0)
    for decay in (0.5, 0.9):
        equal = follow_batches([large, small], CONVENTIONS["keras"], 1e-3, decay)
        weighed = follow_batches([large, small], CONVENTIONS["keras"], 1e-3, decay, weighed=True)
        before = (1 - decay) * 2
        assert equal.mean[-1, 0] == pytest.approx(decay * before + (1 - decay) * 10)
        quarter = (1 - decay) * 2 / 8
        assert weighed.mean[-1, 0] == pytest.approx((1 - quarter) * before + quarter * 10)
    plain = [follow_batches([large, small], CONVENTIONS["paper"], 1e-5, None, weighed=each) for each in (False, True)]
    assert [each.mean[-1, 0] for each in plain] == pytest.approx([6.0, (8 * 2 + 2 * 10) / 10])


def test_what_they_should_be():
    mean, var = moments_of_all([A, B, B])
    values = [0, 2, 10, 14, 10, 14]
    assert (mean[0], var[0]) == (pytest.approx(np.mean(values)), pytest.approx(np.var(values)))
    assert within_batches([A, B]) == pytest.approx([(1 + 4) / 2])


def test_alternating_populations_lose_what_lies_between_them():
    found = follow_batches([A, B] * 300, CONVENTIONS["keras"], 1e-3, 0.99)
    mixed = follow_batches([np.concatenate([A, B])] * 600, CONVENTIONS["keras"], 1e-3, 0.99)
    _, var = moments_of_all([A, B])
    assert abs(found.var[-1, 0] - within_batches([A, B])[0]) < 0.05
    assert abs(mixed.var[-1, 0] - var[0]) < 0.1
    assert var[0] > 10 * within_batches([A, B])[0]


class TestPadding:
    X = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], *[[0.0]] * 5])

    def test_left_out_by_their_zeros(self):
        assert self.X.mean() == 1.5
        assert without_padding(self.X).mean() == 3.0

    @pytest.mark.parametrize("framework", ["keras", "flax"])
    def test_left_out_by_a_mask_as_the_framework_does(self, golden, framework):
        case = golden("brought")["masked"]
        kept = without_padding(np.array(case["x"]), np.array(case["mask"]))
        found = follow_batches([kept], CONVENTIONS[framework], 1e-5, 0.0)
        np.testing.assert_allclose(found.mean[-1], case["after"][framework][0], rtol=1e-6)
        np.testing.assert_allclose(found.var[-1], case["after"][framework][1], rtol=1e-6)

    def test_a_zero_in_one_feature_is_no_padding(self):
        x = np.array([[0.0, 1.0], [0.0, 0.0], [2.0, 0.0]])
        np.testing.assert_array_equal(without_padding(x), x[[0, 2]])

    def test_a_mask_may_keep_zeros(self):
        assert len(without_padding(np.zeros((3, 1)), np.array([1.0, 0.0, 1.0]))) == 2

    def test_refusals(self):
        with pytest.raises(ValueError, match="all 3 rows"):
            without_padding(np.zeros((3, 1)))
        with pytest.raises(ValueError, match="shape"):
            without_padding(np.zeros((3, 1)), np.ones(2))


class TestThreeAxes:
    X = np.arange(24.0).reshape(2, 3, 4)

    def test_channels_second(self):
        rows = as_rows(self.X, 1)
        assert rows.shape == (8, 3)
        for c in range(3):
            assert sorted(rows[:, c]) == sorted(self.X[:, c].ravel())

    def test_channels_last(self):
        rows = as_rows(self.X, -1)
        assert rows.shape == (6, 4)
        np.testing.assert_array_equal(rows, self.X.reshape(6, 4))

    def test_no_such_axis(self):
        with pytest.raises(ValueError, match="axis 3"):
            as_rows(self.X, 3)


def test_a_batch_of_one_is_refused_where_the_framework_refuses_it():
    batches = [A, np.array([[7.0]]), B]
    found = follow_batches(batches, CONVENTIONS["pytorch"], 1e-5, 0.5)
    assert found.refused == (1,)
    assert found.mean[2, 0] == found.mean[1, 0]
    assert found.mean[3, 0] == pytest.approx(0.5 * found.mean[1, 0] + 6)
    assert follow_batches(batches, CONVENTIONS["flax"], 1e-5, 0.5).refused == ()
    assert follow_batches(batches[1:], CONVENTIONS["pytorch"], 1e-5, None).mean[2, 0] == 12


@pytest.mark.parametrize(
    ("batches", "words"),
    [
        ([], "at least one"),
        ([A, np.zeros((2, 2))], "one C"),
        ([np.zeros((0, 1))], "not|shape"),
        ([np.array([[np.nan]])], "finite"),
    ],
)
def test_refusals(batches, words):
    with pytest.raises(ValueError, match=words):
        follow_batches(batches, CONVENTIONS["keras"], 1e-3, 0.9)


def test_a_decay_beyond_its_ends():
    with pytest.raises(ValueError, match="between 0 and 1"):
        follow_batches([A], CONVENTIONS["keras"], 1e-3, 1.1)
