"""The rental cars at every distance of the taxi, before and after two ways of normalizing."""

from collections.abc import Callable
from functools import lru_cache

from bn import CARS, FloatArray, fleet, min_max, z_score
from ui.figures import rental_cars
from ui.figures.reels import Reel, Shot, reel
from ui.figures.rental_cars import Counting

MOST = 1000  # thousands of km
STEP = 5  # at most 4 px of any picture, so that a star that is dragged stays within 2 of the pointer
TAXI = "wn_taxi"
STAR = {"slider": TAXI, "trace": "taxi", "point": 0}

Way = tuple[str, Counting, Callable[[FloatArray], FloatArray]]
WAYS: tuple[Way, ...] = (
    ("Before", rental_cars.BEFORE, lambda cars: cars),
    (r"Min–max: $\frac{x - \min}{\max - \min}$", rental_cars.MIN_MAX, min_max),
    (r"z-score: $\frac{x - \mu}{\sigma}$", rental_cars.Z_SCORE, z_score),
)


@lru_cache(maxsize=len(WAYS))
def taxi_reel(i: int) -> Reel:
    """The picture of a way as the taxi drives: 2 to 8 kB."""
    _, counting, way = WAYS[i]
    alone = way(CARS)

    def shoot(thousands: int) -> Shot:
        cars = way(fleet(1000 * thousands))
        figure = rental_cars.draw(cars, alone, counting)
        return {**figure, "grips": [STAR]}, rental_cars.describe(cars, alone, counting)

    return reel(TAXI, 0, MOST, STEP, shoot)
