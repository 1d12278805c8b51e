"""Cars for rent: made-up numbers in the units that such columns come in, years and kilometers."""

import numpy as np

from bn.arrays import FloatArray, read_only

_TABLE = np.array(
    [
        # age in years, distance in km, rent in euros a day
        [0.8, 9_000, 74],
        [2.2, 40_000, 68],
        [2.7, 76_000, 63],
        [3.1, 42_000, 65],
        [4.0, 186_000, 49],
        [4.7, 44_000, 67],
        [5.4, 39_000, 60],
        [5.5, 56_000, 62],
        [5.7, 87_000, 62],
        [6.1, 86_000, 64],
        [6.2, 108_000, 59],
        [6.5, 76_000, 59],
        [7.0, 140_000, 57],
        [7.3, 39_000, 61],
        [7.7, 50_000, 62],
        [7.9, 45_000, 70],
        [8.8, 82_000, 61],
        [9.4, 71_000, 60],
        [11.7, 111_000, 57],
        [12.2, 175_000, 43],
        [12.3, 223_000, 44],
        [12.4, 143_000, 47],
        [26.4, 168_000, 26],
        [30.0, 73_000, 40],
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
