"""The sweep: the same as training each network by hand."""

import numpy as np
import pytest

from bn import Network, Outcome, Underway, average_anew, sweep, train

pytestmark = pytest.mark.trains

RNG = np.random.default_rng(7)
CENTERS = 3 * RNG.standard_normal((3, 5))
LABELS = np.arange(240) % 3
IMAGES = (CENTERS[LABELS] + RNG.standard_normal((240, 5))).astype(np.float32)
LEARN, HELD_OUT = (IMAGES[:200], LABELS[:200]), (IMAGES[200:], LABELS[200:])


def parts(**changes):
    settings = {"sizes": (2, 20), "rates": (0.01, 0.1), "examples": 300, "seed": 3, **changes}
    return list(sweep((5, 6, 3), "relu", LEARN, HELD_OUT, **settings))


def outcomes(**changes):
    return [part for part in parts(**changes) if isinstance(part, Outcome)]


def test_each_size_is_trained_with_and_without_and_sees_as_many_examples():
    found = [(each.size, each.normalized, each.steps) for each in outcomes()]
    assert found == [(2, True, 150), (2, False, 150), (20, True, 15), (20, False, 15)]


@pytest.mark.parametrize("normalized", [True, False])
def test_an_outcome_is_that_of_training_by_hand(normalized):
    network = Network.create((5, 6, 3), "relu", norm="batch" if normalized else None, seed=3)
    for step in train(network, *LEARN, steps=15, batch_size=20, learning_rate=0.1, seed=3):
        network = step.network
    accuracy = float((network.infer(HELD_OUT[0]).predictions == HELD_OUT[1]).mean())
    found = next(each for each in outcomes() if each.size == 20 and each.normalized == normalized)
    assert found.accuracy == pytest.approx(accuracy)
    anew = average_anew(network, LEARN[0]).infer(HELD_OUT[0]).accuracy(HELD_OUT[1]) if normalized else None
    assert found.recomputed == anew
    assert found.stopped is None


def test_signs_of_life_come_between():
    alive = [part for part in parts() if isinstance(part, Underway)]
    assert [(part.size, part.step) for part in alive] == [(2, 40), (2, 80), (2, 120)] * 2
    assert {part.steps for part in alive} == {150}
    assert [type(part) for part in parts(sizes=(2,), rates=(0.01,), examples=80)] == [Outcome] * 2, "none at the end"


def test_examples_that_fill_no_batch_any_more_are_left_out():
    assert [each.steps for each in outcomes(sizes=(20,), rates=(0.1,), examples=319)] == [15, 15]


def test_statistics_are_taken_anew_from_all_training_examples():
    """From those that are learned from: the held-out ones lie elsewhere here, and with theirs more would be right."""
    away = (HELD_OUT[0] + 20, HELD_OUT[1])
    found = list(sweep((5, 6, 3), "relu", LEARN, away, sizes=(20,), rates=(0.1,), examples=300, seed=3))
    network = Network.create((5, 6, 3), "relu", seed=3)
    *_, step = train(network, *LEARN, steps=15, batch_size=20, learning_rate=0.1, seed=3)
    own, others = (
        average_anew(step.network, images).infer(away[0]).accuracy(away[1]) for images in (LEARN[0], away[0])
    )
    assert found[0].recomputed == own != others


def test_statistics_that_overflow_are_not_taken_anew():
    """Of all images at once one is too large for the weights; the one step of the training did not see it."""
    *_, step = train(
        Network.create((5, 6, 3), "relu", seed=3), *LEARN, steps=1, batch_size=20, learning_rate=0.1, seed=3
    )
    seen = {row.tobytes() for row in step.images}
    images = LEARN[0].copy()
    images[next(i for i, row in enumerate(images) if row.tobytes() not in seen)] = 3e38
    settings = {"sizes": (20,), "rates": (0.1,), "examples": 20, "seed": 3}
    normalized, _ = sweep((5, 6, 3), "relu", (images, LEARN[1]), HELD_OUT, **settings)
    assert normalized.stopped is None
    assert normalized.accuracy is not None
    assert normalized.recomputed is None


def test_statistics_taken_anew_are_those_of_all_images():
    network = Network.create((5, 6, 4, 3), "tanh", seed=1, dtype=np.float64)
    images = LEARN[0].astype(np.float64)
    anew = average_anew(network, images)
    first = images @ network.layers[0].weights
    np.testing.assert_allclose(anew.norms[0].running_mean, first.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(anew.norms[0].running_var, first.var(axis=0, ddof=1), rtol=1e-12)
    hidden = np.tanh((first - first.mean(axis=0)) / np.sqrt(first.var(axis=0) + network.norms[0].eps))
    np.testing.assert_allclose(
        anew.norms[1].running_mean, (hidden @ network.layers[1].weights).mean(axis=0), rtol=1e-10
    )
    assert anew.norms[0].decay == network.norms[0].decay


def test_a_training_that_breaks_off_says_why_and_the_next_goes_on():
    found = outcomes(sizes=(20, 2), rates=(1e38, 0.01))
    broken = [each for each in found if each.stopped]
    assert {each.size for each in broken} == {20}
    assert all(each.accuracy is None and each.recomputed is None for each in broken)
    assert all("The run ended at step" in each.stopped for each in broken)
    assert all(each.accuracy is not None for each in found if each.size == 2)


def test_each_size_needs_its_learning_rate():
    with pytest.raises(ValueError, match="shorter"):
        parts(rates=(0.1,))
