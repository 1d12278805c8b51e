"""Gradient descent in a valley: against NumPy's linear algebra, central differences and a loop written out here."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import best_rate, descend, height_after, least_squares, steps_needed
from bn.demos.descent import MOST_STEPS

RNG = np.random.default_rng(3)
X = RNG.standard_normal((40, 3)) @ np.array([[1.0, 0.4, 0.0], [0.0, 3.0, 0.5], [0.0, 0.0, 9.0]])
Y = X @ np.array([2.0, -1.0, 0.3]) + RNG.standard_normal(40)
VALLEY = least_squares(X, Y)
START = np.array([1.0, 4.0, -2.0])


def loss(w):
    return ((X @ w - Y) ** 2).mean() / 2


def diagonal(*curvatures, best=None):
    """A valley with these curvatures along the axes: x^T x / N is diagonal for rows along the axes."""
    n = len(curvatures)
    x = np.diag(np.sqrt(np.array(curvatures) * n))
    best = np.zeros(n) if best is None else np.array(best)
    return least_squares(x, x @ best)


def walked(valley, start, rate, share, most=100_000):
    """How many steps until the share is reached, one by one."""
    w = np.array(start, float)
    height = goal = valley.above_lowest(w)
    for count in range(most):
        if height <= share * goal:
            return count
        w = w - rate * valley.gradient(w)
        height = valley.above_lowest(w)
    raise AssertionError("never there")


class TestValley:
    def test_the_lowest_point_is_the_least_squares_solution(self):
        expected, residual, *_ = np.linalg.lstsq(X, Y, rcond=None)
        np.testing.assert_allclose(VALLEY.best, expected, rtol=1e-10)
        assert VALLEY.lowest == pytest.approx(residual[0] / 80, rel=1e-10)

    def test_the_height_is_the_loss(self):
        for w in RNG.standard_normal((5, 3)) * 4:
            assert VALLEY.lowest + VALLEY.above_lowest(w) == pytest.approx(loss(w), rel=1e-10)

    def test_many_weights_at_once(self):
        many = RNG.standard_normal((2, 4, 3))
        assert VALLEY.above_lowest(many).shape == (2, 4)
        assert VALLEY.above_lowest(many)[1, 2] == pytest.approx(VALLEY.above_lowest(many[1, 2]))

    def test_the_gradient_against_central_differences(self):
        w = np.array([0.3, -2.0, 1.1])
        numeric = [(loss(w + step) - loss(w - step)) / 2e-5 for step in 1e-5 * np.eye(3)]
        np.testing.assert_allclose(VALLEY.gradient(w), numeric, rtol=1e-6)

    def test_the_condition_number_is_that_of_numpy(self):
        assert VALLEY.condition == pytest.approx(np.linalg.cond(X.T @ X / 40), rel=1e-9)

    def test_the_limit_is_two_over_the_largest_eigenvalue(self):
        assert VALLEY.limit == pytest.approx(2 / np.linalg.eigvals(X.T @ X / 40).real.max(), rel=1e-10)

    @pytest.mark.parametrize("rho", [0.0, 0.4, -0.7])
    def test_two_standardized_columns_have_curvatures_one_plus_and_minus_their_correlation(self, rho):
        z = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) @ np.array([[1, rho], [0, math.sqrt(1 - rho**2)]])
        valley = least_squares(z, np.ones(4))
        np.testing.assert_allclose(valley.curvatures, [1 - abs(rho), 1 + abs(rho)], atol=1e-12)

    def test_its_arrays_are_read_only(self):
        for array in (VALLEY.hessian, VALLEY.best, VALLEY.curvatures, VALLEY.directions):
            assert not array.flags.writeable

    @pytest.mark.parametrize(
        ("x", "y", "words"),
        [
            (np.ones(3), np.ones(3), "shape"),
            (np.ones((3, 2)), np.ones(2), "shape"),
            (np.zeros((0, 2)), np.zeros(0), "shape"),
            (np.array([[1.0, np.nan], [0.0, 1.0]]), np.ones(2), "x"),
            (np.eye(2), np.array([1.0, np.inf]), "y"),
            (np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), np.ones(3), "depend on each other"),
            (np.array([[1.0, 0.0], [2.0, 0.0]]), np.ones(2), "depend on each other"),
        ],
    )
    def test_what_has_no_single_lowest_point_is_refused(self, x, y, words):
        with pytest.raises(ValueError, match=words):
            least_squares(x, y)

    @pytest.mark.parametrize("seed", range(12))
    def test_columns_that_depend_on_each_other_but_for_rounding_are_refused(self, seed):
        """Their smallest eigenvalue is 0, or what rounding leaves of it, on either side."""
        column = np.random.default_rng(seed).standard_normal(40)
        with pytest.raises(ValueError, match="depend on each other"):
            least_squares(np.column_stack([column, 3 * column]), np.ones(40))


class TestDescend:
    def test_it_is_the_loop(self):
        rate = 0.7 * VALLEY.limit
        path = descend(VALLEY, START, rate, 25)
        w = START
        for k in range(26):
            np.testing.assert_allclose(path.w[k], w, rtol=1e-12)
            residual = X @ w - Y
            np.testing.assert_allclose(path.gradient[k], X.T @ residual / 40, rtol=1e-9, atol=1e-12)
            w = w - rate * X.T @ residual / 40
        assert not path.given_up

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999, 1.001, 1.2])
    def test_it_ends_where_the_closed_form_says(self, share):
        path = descend(VALLEY, START, share * VALLEY.limit, 30)
        for k in (0, 1, 7, 30):
            assert path.above_lowest[k] == pytest.approx(height_after(VALLEY, START, share * VALLEY.limit, k), rel=1e-8)

    def test_below_the_limit_the_loss_falls_and_above_it_grows(self):
        falling = descend(VALLEY, START, 0.999 * VALLEY.limit, 400).above_lowest
        assert (np.diff(falling) < 0).all()
        growing = descend(VALLEY, START, 1.001 * VALLEY.limit, 4000).above_lowest
        assert growing[-1] > growing[0]

    def test_at_the_limit_the_steepest_direction_swings_for_ever(self):
        valley = diagonal(1.0, 4.0)
        path = descend(valley, [0.0, 3.0], 0.5, 6)
        np.testing.assert_allclose(path.w[:, 1], [3, -3, 3, -3, 3, -3, 3])

    def test_the_whole_scale_is_left_in_one_step_with_one_over_a_round_curvature(self):
        path = descend(diagonal(2.0, 2.0, best=[5, -1]), [0.0, 0.0], 0.5, 3)
        np.testing.assert_allclose(path.w[1:], [[5, -1]] * 3, atol=1e-12)

    @pytest.mark.parametrize("rate", [1.0, 1e6, 1e100])
    def test_a_descent_that_explodes_is_given_up_with_finite_numbers(self, rate):
        path = descend(VALLEY, START, rate, 1000)
        assert path.given_up
        assert len(path.w) < 1000
        for array in (path.w, path.above_lowest, path.gradient):
            assert np.isfinite(array).all()

    def test_no_steps_is_the_start(self):
        path = descend(VALLEY, START, 0.1, 0)
        np.testing.assert_array_equal(path.w, [START])

    @pytest.mark.parametrize(
        ("start", "rate", "steps", "words"),
        [
            ([1.0, 2.0], 0.1, 3, "start"),
            ([1.0, np.nan, 0.0], 0.1, 3, "start"),
            (START, 0.0, 3, "rate"),
            (START, -1.0, 3, "rate"),
            (START, math.nan, 3, "rate"),
            (START, math.inf, 3, "rate"),
            (START, 0.1, -1, "steps"),
        ],
    )
    def test_bad_arguments_are_named(self, start, rate, steps, words):
        with pytest.raises(ValueError, match=words):
            descend(VALLEY, start, rate, steps)
        with pytest.raises(ValueError, match=words):
            height_after(VALLEY, start, rate, steps)


class TestStepsNeeded:
    @given(st.floats(0.02, 0.98), st.floats(0.001, 0.9), st.floats(1, 60), st.floats(-5, 5), st.floats(0.1, 5))
    def test_it_is_what_walking_gives(self, part, share, condition, first, second):
        valley = diagonal(1.0, condition, best=[0.5, 1.0])
        start, rate = [first, second + 1.0], part * valley.limit
        count = steps_needed(valley, start, rate, share)
        assert abs(count - walked(valley, start, rate, share)) <= (count > 0)  # rounding may decide a tie

    def test_a_single_direction_against_its_logarithm(self):
        valley = diagonal(3.0, 3.0)
        expected = math.ceil(math.log(0.01) / (2 * math.log(1 - 0.01 * 3)))
        assert steps_needed(valley, [1.0, 0.0], 0.01, 0.01) == expected == walked(valley, [1.0, 0.0], 0.01, 0.01)

    def test_billions_of_steps_are_counted_without_walking(self):
        valley = diagonal(1.0, 1e9)
        count = steps_needed(valley, [1.0, 0.0], 1e-9, 0.01)
        assert count == pytest.approx(math.log(0.01) / (2 * math.log1p(-1e-9)), rel=1e-6)

    def test_counting_ends_where_nothing_moves_any_more(self):
        """At such a rate 1 - rate * curvature is 1, and no number of steps would do."""
        count = steps_needed(diagonal(0.1, 0.1), [1.0, 0.0], 5e-324, 0.5)
        assert MOST_STEPS <= count < 2 * MOST_STEPS

    @pytest.mark.parametrize("factor", [1.0, 1.0001, 50.0, 1e300])
    def test_none_at_the_limit_and_above(self, factor):
        assert steps_needed(VALLEY, START, factor * VALLEY.limit, 0.5) is None

    def test_none_are_needed_at_the_lowest_point(self):
        assert steps_needed(VALLEY, VALLEY.best, 0.5 * VALLEY.limit, 0.01) == 0

    @pytest.mark.parametrize("share", [0.0, 1.0, -1.0, math.nan])
    def test_a_share_outside_is_named(self, share):
        with pytest.raises(ValueError, match="share"):
            steps_needed(VALLEY, START, 0.1, share)


class TestBestRate:
    def test_no_rate_needs_fewer_steps(self):
        rate, fewest = best_rate(VALLEY, START, 0.01)
        assert steps_needed(VALLEY, START, rate, 0.01) == fewest
        for part in np.linspace(0.01, 0.999, 173):
            assert steps_needed(VALLEY, START, part * VALLEY.limit, 0.01) >= fewest - 1  # between those that are tried

    def test_in_the_long_run_it_is_two_over_smallest_plus_largest_curvature(self):
        valley = diagonal(1.0, 30.0)
        rate, _ = best_rate(valley, [1.0, 1.0], 1e-12)
        assert rate == pytest.approx(2 / 31, rel=0.02)

    def test_a_round_valley_takes_one_step(self):
        rate, fewest = best_rate(diagonal(4.0, 4.0), [1.0, 2.0], 0.01)
        assert fewest == 1
        assert rate == pytest.approx(1 / 4, rel=0.01)


def test_a_direction_that_the_start_has_no_part_in_never_counts():
    valley = diagonal(1.0, 100.0)
    assert height_after(valley, [1.0, 0.0], 1e200, 1) == math.inf
    assert height_after(valley, [0.0, 0.0], 1e200, 5) == 0.0
    assert height_after(valley, [1.0, 0.0], 1.0, 3) == pytest.approx(0, abs=1e-30)
