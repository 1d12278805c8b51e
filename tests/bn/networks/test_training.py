"""Training: against PyTorch's ten steps, with twins, and where it ends badly."""

import gc
import math
import weakref
from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, Network, train

pytestmark = pytest.mark.trains

RNG = np.random.default_rng(11)
IMAGES = RNG.standard_normal((30, 5)).astype(np.float32)
LABELS = RNG.integers(0, 3, 30)
SIZES = (5, 4, 3, 3)
SETTINGS = {"steps": 12, "batch_size": 8, "learning_rate": 0.3}
CASES = [f"{f}-{norm}" for f in ("sigmoid", "tanh", "relu") for norm in ("before", "after", "without")]


def run(network, images=IMAGES, labels=LABELS, **settings):
    return list(train(network, images, labels, **{**SETTINGS, **settings}))


class TestPyTorch:
    @pytest.fixture
    def trained(self, golden, request):
        """Our ten steps from PyTorch's start, and what PyTorch made of it."""
        content = golden("network")
        expected = content["cases"][request.param]
        activation, name = request.param.split("-")
        norm, placement = (None, "before") if name == "without" else ("batch", name)
        network = Network.create(content["sizes"], activation, norm, placement, 1.5, seed=3, dtype=np.float64)
        np.testing.assert_allclose(network.parameters, expected["before"], rtol=1e-15)
        labels = np.array(content["labels"], int)
        return list(train(network, content["images"], labels, **content["training"])), expected, content["batches"]

    @pytest.mark.parametrize("trained", CASES, indirect=True)
    def test_ten_steps(self, trained):
        steps, expected, batches = trained
        assert len(steps) == len(batches) == 10
        for step, batch in zip(steps, batches, strict=True):
            np.testing.assert_array_equal(step.images, batch["images"])
            np.testing.assert_array_equal(step.labels, batch["labels"])
        network = steps[-1].network
        np.testing.assert_allclose(network.parameters, expected["after"], rtol=0, atol=1e-10)
        np.testing.assert_allclose([step.loss for step in steps], expected["losses"], rtol=0, atol=1e-10)
        assert len(network.norms) == len(expected["running_mean"])
        for norm, mean, var in zip(network.norms, expected["running_mean"], expected["running_var"], strict=True):
            np.testing.assert_allclose(norm.running_mean, mean, rtol=0, atol=1e-10)
            np.testing.assert_allclose(norm.running_var, var, rtol=0, atol=1e-10)

    @pytest.mark.parametrize("trained", CASES, indirect=True)
    def test_the_weights_went_somewhere(self, trained):
        _, expected, _ = trained
        assert np.abs(np.subtract(expected["after"], expected["before"])).max() > 0.5


class TestStep:
    def test_it_holds_what_it_was_made_of(self):
        start = Network.create(SIZES, norm="noisy")
        before = start
        for number, step in enumerate(train(start, IMAGES, LABELS, **SETTINGS), start=1):
            assert step.number == number
            assert step.passed.network is before
            passed, moved = before.train(step.images, step.noise_seed)
            np.testing.assert_array_equal(passed.logits, step.passed.logits)
            np.testing.assert_array_equal(passed.backward(step.labels).vector, step.gradients.vector)
            assert step.loss == step.gradients.loss == passed.loss(step.labels)
            np.testing.assert_array_equal(moved.norms[0].running_mean, step.network.norms[0].running_mean)
            np.testing.assert_allclose(
                step.network.parameters, before.parameters - np.float32(0.3) * step.gradients.vector, rtol=1e-6
            )
            assert step.stopped is None
            before = step.network
        assert number == 12

    def test_a_run_that_rests_keeps_nothing_that_its_next_step_does_not_need(self):
        steps = train(Network.create(SIZES, norm="batch"), IMAGES, LABELS, **SETTINGS)
        step = next(steps)
        forgotten = [weakref.ref(each) for each in (step.passed, step.gradients)]
        del step
        gc.collect()
        assert [each() for each in forgotten] == [None, None]
        assert next(steps).number == 2

    def test_noise_is_drawn_anew_each_step_and_for_each_seed(self):
        network = Network.create(SIZES, norm="noisy")
        shifts = [step.passed.hidden[0].noise.shift for seed in (0, 1) for step in run(network, seed=seed, steps=3)]
        assert len({shift.tobytes() for shift in shifts}) == 6

    def test_momentum_carries_on(self):
        steps = run(Network.create(SIZES, dtype=np.float64), momentum=0.5, steps=4)
        velocity = 0
        for step in steps:
            velocity = 0.5 * velocity + step.gradients.vector
            moved = step.passed.network.parameters - 0.3 * velocity
            np.testing.assert_allclose(step.network.parameters, moved, rtol=1e-14)

    def test_nothing_in_it_can_be_changed(self):
        step = run(Network.create(SIZES), momentum=0.9)[-1]
        for array in (step.images, step.labels, step.network.parameters, step.gradients.vector, step.passed.logits):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0

    def test_earlier_steps_stay_as_they_were(self):
        steps, copies = [], []
        for step in train(Network.create(SIZES), IMAGES, LABELS, momentum=0.9, **SETTINGS):
            steps.append(step)
            copies.append((step.network.parameters.copy(), step.network.norms[0].running_var.copy()))
        for step, (parameters, var) in zip(steps, copies, strict=True):
            np.testing.assert_array_equal(step.network.parameters, parameters)
            np.testing.assert_array_equal(step.network.norms[0].running_var, var)

    def test_what_the_caller_does_to_its_images_later_does_not_matter(self):
        images, labels = IMAGES.copy(), LABELS.copy()
        steps = train(Network.create(SIZES), images, labels, **SETTINGS)
        images[:], labels[:] = 0, 0
        assert [step.loss for step in steps] == [step.loss for step in run(Network.create(SIZES))]


class TestBatches:
    def test_twins_see_the_same_batches(self):
        twins = [run(Network.create(SIZES, norm=norm), seed=4) for norm in ("batch", "noisy", "noise", None)]
        for steps in zip(*twins, strict=True):
            assert {(step.images.tobytes(), step.labels.tobytes()) for step in steps} == {
                (steps[0].images.tobytes(), steps[0].labels.tobytes())
            }
        losses = [[step.loss for step in steps] for steps in twins]
        assert losses[0] != losses[1] != losses[2]

    def test_images_and_labels_stay_together_and_none_comes_twice_in_a_round(self):
        label_of = {row.tobytes(): label for row, label in zip(IMAGES, LABELS, strict=True)}
        steps = run(Network.create(SIZES), steps=9)
        rounds = [np.concatenate([step.images for step in steps[i : i + 3]]) for i in (0, 3, 6)]  # 3 * 8 of 30
        for rows in rounds:
            assert len({row.tobytes() for row in rows}) == 24
        assert len({rows.tobytes() for rows in rounds}) == 3
        for step in steps:
            assert [label_of[row.tobytes()] for row in step.images] == step.labels.tolist()

    @pytest.mark.parametrize("norm", ["noisy", "noise", None])
    def test_the_same_seed_is_the_same_run_and_another_is_another(self, norm):
        one, same, other = (
            [step.loss for step in run(Network.create(SIZES, norm=norm), seed=seed)] for seed in (2, 2, 3)
        )
        assert one == same
        assert one != other

    def test_the_whole_set_can_be_one_batch(self):
        assert run(Network.create(SIZES), batch_size=30)[-1].images.shape == (30, 5)

    def test_batches_of_one_where_they_are_allowed(self):
        assert len(run(Network.create(SIZES, convention=CONVENTIONS["keras"]), batch_size=1)) == 12
        assert len(run(Network.create(SIZES, norm=None), batch_size=1)) == 12


def test_it_learns():
    """Three clouds that a line each can tell apart."""
    centers = 3 * np.eye(3, 5)
    labels = np.arange(90) % 3
    images = centers[labels] + np.random.default_rng(0).standard_normal((90, 5))
    for norm in ("batch", "noisy", "noise", None):
        network = run(Network.create((5, 8, 3), "relu", norm), images, labels, steps=150)[-1].network
        assert network.infer(images).accuracy(labels) > 0.9


class TestDivergence:
    """Warnings are errors here, so that an overflow that NumPy mentions would fail."""

    @pytest.mark.parametrize("norm", ["batch", "noisy", "noise", None])
    @pytest.mark.parametrize("momentum", [0.0, 0.9])
    def test_it_ends_with_a_sentence(self, norm, momentum):
        steps = run(Network.create(SIZES, "relu", norm), learning_rate=1e30, momentum=momentum, steps=50)
        last = steps[-1]
        assert len(steps) < 50
        assert [step.stopped for step in steps[:-1]] == [None] * (len(steps) - 1)
        assert last.stopped.startswith(f"The run ended at step {last.number}: ")
        assert last.stopped.endswith(".")
        assert all(math.isfinite(step.loss) for step in steps[:-1])
        assert np.isfinite(last.network.parameters).all()

    def test_it_ends_the_iterator(self):
        steps = train(Network.create(SIZES, "relu"), IMAGES, LABELS, steps=50, batch_size=8, learning_rate=1e30)
        assert [bool(step.stopped) for step in steps].index(True) < 49
        assert next(steps, None) is None

    @pytest.mark.parametrize(
        ("scale", "learning_rate", "norm", "words", "loss"),
        [
            (3e38, 0.1, "batch", "step 1: in front of batch normalization, numbers are no longer finite", math.inf),
            (3e38, 0.1, None, "step 1: the loss is not a number any more", math.nan),
            (1.0, 3e38, None, "step 1: the weights have grown beyond the largest number", None),
        ],
    )
    def test_each_reason_has_its_words(self, scale, learning_rate, norm, words, loss):
        images = IMAGES * 100
        network = Network.create(SIZES, "relu", norm)
        network = network.moved((scale - 1) * np.sign(network.parameters)) if scale > 1 else network
        (step,) = run(network, images, learning_rate=learning_rate)
        assert words in step.stopped
        assert step.network is network
        if loss is None:
            assert math.isfinite(step.loss)
        else:
            np.testing.assert_equal(step.loss, loss)
            assert step.gradients is None

    def test_a_loss_that_is_infinite_ends_it_too(self):
        """Where the weights are finite, and the step that would follow is."""
        network = Network.create((1, 2), norm=None)
        apart = replace(network, parameters=np.array([3e38, -3e38, 0, 0], np.float32))
        (step,) = run(apart, [[1.0], [1.0]], [1, 1], batch_size=2)
        assert step.stopped == "The run ended at step 1: the loss is infinite."
        assert step.loss == math.inf
        assert step.network is apart

    def test_between_steps_the_caller_s_own_warnings_are_not_silenced(self):
        before = np.geterr()
        for step in train(Network.create(SIZES), IMAGES, LABELS, **SETTINGS):
            assert np.geterr() == before, step.number


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"batch_size": 0}, "batch_size is 0"),
        ({"batch_size": 31}, "the number of images, 30"),
        ({"batch_size": 1}, "a batch of 1 is refused by PyTorch"),
        ({"steps": -1}, "steps is -1"),
        ({"seed": -1}, "seed is -1"),
        ({"learning_rate": -0.1}, "learning_rate is -0.1"),
        ({"learning_rate": math.nan}, "learning_rate is nan"),
        ({"learning_rate": math.inf}, "learning_rate is inf"),
        ({"momentum": 1.1}, "momentum is 1.1"),
        ({"images": IMAGES[:, :2]}, r"images has shape \(30, 2\)"),
        ({"images": IMAGES[:29]}, "needs 29 whole numbers"),
        ({"labels": LABELS + 1}, "between 0 and 2"),
    ],
)
def test_bad_settings_are_refused_at_once(settings, words):
    with pytest.raises(ValueError, match=words):
        train(Network.create(SIZES), **{"images": IMAGES, "labels": LABELS, **SETTINGS, **settings})


def test_no_steps_is_no_step():
    assert run(Network.create(SIZES), steps=0) == []
