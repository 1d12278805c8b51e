"""The cars: plausible, read-only, and counted in the units that were asked for."""

import numpy as np
import pytest

from bn import CARS, RENTS, TAXI_AGE, counted, fleet


def test_the_cars_are_up_to_thirty_years_old_and_have_driven_up_to_hundreds_of_thousands_of_kilometers():
    assert CARS.shape == (24, 2)
    assert RENTS.shape == (24,)
    age, distance = CARS.T
    assert age.min() > 0
    assert age.max() == 30
    assert 200_000 < distance.max() < 1_000_000
    assert (RENTS > 0).all()
    assert not CARS.flags.writeable
    assert not RENTS.flags.writeable


def test_older_and_further_driven_cars_cost_less():
    weights = np.linalg.lstsq(np.column_stack([np.ones(24), CARS]), RENTS, rcond=None)[0]
    assert (weights[1:] < 0).all()


@pytest.mark.parametrize("distance", [0, 600_000, 1e6])
def test_the_taxi_is_the_last_of_the_fleet(distance):
    cars = fleet(distance)
    np.testing.assert_array_equal(cars[:-1], CARS)
    np.testing.assert_array_equal(cars[-1], [TAXI_AGE, distance])


@pytest.mark.parametrize("ratio", [1, 6, 20, 0.3])
def test_distance_spreads_the_ratio_times_as_wide_and_only_units_and_means_have_changed(ratio):
    columns, unit = counted(ratio)
    np.testing.assert_allclose(columns.mean(axis=0), 0, atol=1e-12)
    assert columns[:, 1].std() / columns[:, 0].std() == pytest.approx(ratio)
    back = columns * [10, unit] + CARS.mean(axis=0)
    np.testing.assert_allclose(back, CARS, rtol=1e-9)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_bad_numbers_are_named(bad):
    with pytest.raises(ValueError, match="taxi_distance"):
        fleet(bad)
    with pytest.raises(ValueError, match="ratio"):
        counted(bad)


def test_a_ratio_of_zero_is_refused():
    with pytest.raises(ValueError, match="ratio"):
        counted(0.0)
