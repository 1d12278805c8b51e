"""Cars for rent: made-up numbers in the units that such columns come in, years and kilometers."""

import numpy as np

from bn.arrays import FloatArray, read_only

_TABLE = np.array(
    [
        # age in years, distance in km, rent in euros a day
        [0.8, 9_000, 77],
        [2.2, 40_000, 75],
        [2.7, 76_000, 70],
        [3.1, 42_000, 69],
        [4.0, 186_000, 61],
        [4.7, 44_000, 66],
        [5.4, 39_000, 69],
        [5.5, 56_000, 73],
        [5.7, 87_000, 64],
        [6.1, 86_000, 63],
        [6.2, 108_000, 66],
        [6.5, 76_000, 67],
        [7.0, 140_000, 62],
        [7.3, 39_000, 63],
        [7.7, 50_000, 65],
        [7.9, 45_000, 68],
        [8.8, 82_000, 57],
        [9.4, 71_000, 60],
        [11.7, 111_000, 49],
        [12.2, 175_000, 47],
        [12.3, 223_000, 42],
        [12.4, 143_000, 52],
        [26.4, 168_000, 27],
        [30.0, 73_000, 32],
    ]
)

CARS = read_only(_TABLE[:, :2].copy())  # (24, 2) age in years, distance in km
RENTS = read_only(_TABLE[:, 2].copy())  # (24,) euros a day
TAXI_AGE = 4.5


def fleet(taxi_distance: float) -> FloatArray:
    """The 24 cars and, as the last row, a taxi of four and a half years with this many kilometers: (25, 2).

    Raises ValueError if the distance is negative, NaN or infinite.
    """
    if not 0 <= taxi_distance < np.inf:
        raise ValueError(f"taxi_distance is {taxi_distance}; it must be finite and at least 0")
    return np.vstack([CARS, [TAXI_AGE, taxi_distance]])


def counted(ratio: float) -> tuple[FloatArray, float]:
    """The cars' columns with age in decades, and distance in a unit so small that it spreads `ratio` times as wide.

    Both are measured from their mean, as a fitted bias would have it. Returns (24, 2) and the unit in kilometers.
    Raises ValueError if the ratio is not a positive number.
    """
    if not 0 < ratio < np.inf:
        raise ValueError(f"ratio is {ratio}; it must be finite and above 0")
    age, distance = (CARS - CARS.mean(axis=0)).T
    age = age / 10
    unit = float(distance.std() / (ratio * age.std()))
    return np.column_stack([age, distance / unit]), unit
