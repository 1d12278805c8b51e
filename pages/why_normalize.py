"""Why normalize: what a feature counted in large numbers does to gradient descent, and two ways out."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bn import (
    CARS,
    RENTS,
    Descent,
    FloatArray,
    activations,
    fleet,
    he_weights,
    least_squares,
    min_max,
    skewness,
    steps_needed,
    z_score,
)
from ui import charts
from ui.choice import on_demand
from ui.figures import covered_network, feature_columns, valley
from ui.figures.style import INPUT, NORMALIZED
from ui.frame import fragment, frame
from ui.live import film
from ui.live.play import play_button
from ui.memory import go_on
from ui.numbers import fixed, latex, short, whole
from ui.predict import predict, reveal, said_of
from ui.studies import fleets, valleys
from ui.studies.valleys import SHARE, Sliders, Slope
from ui.words import prose

TAXI_AT = 600  # thousands of km
MANY, SOME, FEW = "more than half as many", "a half to a tenth", "fewer than a tenth"
SIZES = (2, 4, 4, 4, 1)
SEED = 148  # a draw in which no unit is dead
LAYERS = ("layer 1", "layer 2", "layer 3")


# --- cars for rent -----------------------------------------------------------------------------------------------


def cars_for_rent() -> None:
    """The slider above its pictures, the numbers below them. Only slider and table answer; the pictures have all stops."""
    above, pictures = st.container(), st.columns(3)
    table = on_demand("In numbers", room_for_table, key="wn_numbers")
    with above:
        the_taxi(table)
    thousands = st.session_state.get(fleets.TAXI, TAXI_AT)
    for i, (slot, (title, _, _)) in enumerate(zip(pictures, fleets.WAYS, strict=True)):
        slot.markdown(f"**{title}**")
        film.show(slot, (fleets.taxi_reel(i), thousands), key=f"wn_cars_{i}")


def room_for_table() -> DeltaGenerator:
    prose("why_normalize/shape")
    return st.empty()


@fragment
def the_taxi(table: DeltaGenerator | None) -> None:
    thousands = st.slider(
        "The taxi's distance, in thousands of km",
        0,
        fleets.MOST,
        TAXI_AT,
        fleets.STEP,
        key=fleets.TAXI,
        bind="query-params",
        width=420,
    )
    if table:
        table.markdown(compare(fleet(1000 * thousands)))


def compare(cars: FloatArray) -> str:
    """A table of what the two normalizations make of the distances, the taxi's and the others'."""
    scaled, scored = min_max(cars)[:, 1], z_score(cars)[:, 1]
    before, *after = (float(skewness(each)[1]) for each in (cars, min_max(cars), z_score(cars)))
    return f"""
| of the distances | min–max | z-score |
|---|---|---|
| always | smallest 0, largest 1 | mean 0, standard deviation 1 |
| set by | its two extreme cars | all cars |
| taxi | {two(scaled[-1])} | {two(scored[-1])} |
| the other 24 | {span(scaled[:-1])} | {span(scored[:-1])} |
| without the taxi | {span(min_max(CARS)[:, 1])} | {span(z_score(CARS)[:, 1])} |
| skewness (0: as long a tail on either side), {two(before)} before | {two(after[0])} | {two(after[1])} |
"""


def span(values: FloatArray) -> str:
    return f"{two(values.min())} to {two(values.max())}"


def two(value: float) -> str:
    """Two decimals, also where that leaves zero: a column of such numbers is read at a glance."""
    return fixed(round(float(value), 2) + 0.0, 2)


# --- ravine and bowl ---------------------------------------------------------------------------------------------


@fragment
def ravine_and_bowl() -> None:
    walk, rate = controls()
    ravine, bowl = valleys.ravine(walk.ratio, walk.turn), valleys.bowl(walk.turn)
    left, right = st.columns(2)  # beneath the sliders that move them
    guess = predict(
        f"With the [learning rate](#eta) that suits it best, [gradient descent](#gradient) on these columns takes **{steps(ravine.fewest)}** "
        "until only 1 % of what the loss can fall is left. How many with both columns z-scored, from the same start?",
        [MANY, SOME, FEW],
        key="wn_guess",
    )
    show_valley(left, "ravine", ravine, walk)
    if guess:
        show_valley(right, "bowl", bowl, walk)
    else:
        with right.container(height=valley.HEIGHT, border=True):
            prose("why_normalize/hidden")
    st.markdown(side_by_side(ravine, bowl if guess else None, walk))
    if guess:
        said = said_of(guess, walk.ratio, key="wn_guess")
        reveal(said, right_answer(ravine, bowl), because(ravine, bowl, rate))
        st.markdown(as_they_came(bowl))
        go_on()


def controls() -> tuple[Sliders, float]:
    """What the pictures show, and the learning rate of the slider, which each valley's own may override."""
    columns, below = st.columns([3, 3, 3, 2], vertical_alignment="bottom"), st.container(horizontal=True, gap="large")
    with below:
        own_rates = st.toggle("Give each its own best η", key="wn_own", bind="query-params")
    ratio = columns[0].slider(
        "Scale ratio, distance ÷ age", *valleys.RATIOS[:2], 6, 1, key=valleys.RATIO, bind="query-params"
    )
    low, high, finely = valleys.POWERS
    power = columns[1].slider(
        "Learning rate, log₁₀ η", low, high, -0.95, finely, key=valleys.POWER, bind="query-params", disabled=own_rates
    )
    step = columns[2].slider("Step shown", 0, valleys.STEPS, 3, 1, key=valleys.STEP, bind="query-params")
    with columns[3]:
        play_button(valleys.STEP, valleys.STEPS, key="wn_play")
    with below:
        left, right, by = valleys.TURNS
        turn = st.slider(
            "Start, turned on its ring, in °",
            left,
            right,
            0,
            by,
            key=valleys.TURN,
            bind="query-params",
            width=280,
        )
        st.markdown(
            f":small[Age in decades, distance in units of {valleys.unit(ratio):,.0f} km, both from their means.]"
        )
    turn = by * round(turn / by)  # a link may name what is no stop
    return Sliders(ratio, None if own_rates else power, step, turn), 10**power


def show_valley(where: DeltaGenerator, name: str, slope: Slope, walk: Sliders) -> None:
    """The picture above its words; the words are sent first, since the picture takes longer."""
    picture, rate = where.container(), valleys.rate_of(slope, walk)
    where.container(key=f"wn_said_{name}").markdown(
        f"{pace(slope, rate)}  \n{downhill(valleys.descent_in(slope, rate), walk.step)}"
    )
    film.show(picture, *valleys.reels(name, walk), key=f"wn_{name}")


def pace(slope: Slope, rate: float) -> str:
    """How a descent does with this learning rate, in one sentence."""
    count, share = needed(slope, rate), rate / slope.valley.limit
    if count is None:
        factor = abs(1 - rate * float(slope.valley.curvatures[-1]))
        return f"**Diverges**: η = {short(rate, 3)} is {short(share, 3)} × the limit, each step makes the error × {short(factor, 3)}."
    return f"**{steps(count)}** until 1 % is left, η = {short(rate, 3)}, {whole(100 * share)} % of the limit."


def downhill(descent: Descent, step: int) -> str:
    """The two parts of the downhill direction at a step, or how high the path had got where it was given up before."""
    if step >= len(descent.w):
        times = float(descent.above_lowest[-1] / descent.above_lowest[0])
        return f"After {steps(len(descent.w) - 1)} the loss is ${latex(times, 2)}$ times the start's: given up."
    age, distance = (-descent.gradient[step]).tolist()
    return f"At step {step}, downhill is **{fixed(age, 2)}** along age, **{fixed(distance, 2)}** along distance."


def needed(slope: Slope, rate: float) -> int | None:
    return steps_needed(slope.valley, slope.start, rate, SHARE)


def steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"


def side_by_side(ravine: Slope, bowl: Slope | None, walk: Sliders) -> str:
    """The two valleys in numbers; question marks until the bowl may be seen."""

    def row(name: str, write: Callable[[Slope], str]) -> str:
        return f"| {name} | {write(ravine)} | {write(bowl) if bowl else '?'} |"

    def at_this_rate(slope: Slope) -> str:
        rate = valleys.rate_of(slope, walk)
        return f"{needed(slope, rate) or 'diverges'} (η = {short(rate, 3)})"

    rows = [
        row(
            r"condition number $\kappa$: largest ÷ smallest curvature",
            lambda slope: fixed(slope.valley.condition, 2),
        ),
        row(r"diverges above $\eta = 2 / \lambda_{\max}$", lambda slope: short(slope.valley.limit, 3)),
        row("steps until 1 % is left, η as set", at_this_rate),
        row("steps until 1 % is left, own best η", lambda slope: f"{slope.fewest} (η = {short(slope.best_rate, 3)})"),
    ]
    return "\n".join(["| | as counted | z-scored |", "|---|---|---|", *rows])


def right_answer(ravine: Slope, bowl: Slope) -> str:
    if bowl.fewest > ravine.fewest / 2:
        return MANY
    return SOME if bowl.fewest >= ravine.fewest / 10 else FEW


def because(ravine: Slope, bowl: Slope, rate: float) -> str:
    wider = bowl.valley.limit / ravine.valley.limit
    words = (
        f"{steps(ravine.fewest)} against {bowl.fewest}: the steepest direction limits η, and the flattest one pays for it; "
        f"κ says how far the two are apart, and falls from {fixed(ravine.valley.condition, 1)} to "
        f"{fixed(bowl.valley.condition, 1)}. "
    )
    if wider <= 1:
        return f"{words}At this scale ratio the columns as counted were well scaled already."
    there, here = needed(bowl, rate), needed(ravine, rate)
    if here is not None and there is not None:
        words += f"With one η = {short(rate, 3)} for both it is {here} against {there}; the larger gain is that "
    elif there is not None:
        words += f"With one η = {short(rate, 3)} for both the ravine diverges and the bowl takes {there}: "
    else:
        words += "At the η set above both diverge; but "
    return f"{words}the bowl bears an η up to {fixed(wider, 1)} times as large."


def as_they_came(bowl: Slope) -> str:
    """What the picture leaves out: the real units, the means, and what z-scoring cannot mend."""
    given, with_bias = valleys.as_given()
    ages, distances = CARS.std(axis=0).tolist()
    correlation = float(np.asarray(np.corrcoef(CARS.T))[0, 1])
    return (
        f"**As the columns came**, in years and kilometers, the scale ratio is {distances / ages:,.0f} and "
        f"$\\kappa = {latex(given.valley.condition, 2)}$: {given.fewest:,} steps with the best η, "
        f"${latex(given.best_rate, 2)}$. With the means left in and a bias to learn, "
        f"$\\kappa = {latex(with_bias.condition, 2)}$. And the bowl is **not quite round**: age and distance go together "
        f"(correlation {fixed(correlation, 2)}), which scaling each column by itself cannot mend, so κ stays at "
        f"{fixed(bowl.valley.condition, 2)}."
    )


# --- the bridge --------------------------------------------------------------------------------------------------


@fragment
def bridge() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.radio(
            "Cover everything before", LAYERS, 1, key="wn_layer", bind="query-params", horizontal=True, width=360
        )
        normalized = st.toggle("Normalize each column of the batch", key="wn_normalized", bind="query-params")
    layer = LAYERS.index(name) + 1
    given = activations(z_score(CARS), he_weights(SIZES[:-1], SEED))[layer - 1]
    shown = z_score(given) if normalized else given
    names = ["x₁ age", "x₂ distance"] if layer == 1 else ["h₁", "h₂", "h₃", "h₄"]
    stage = NORMALIZED if normalized else INPUT
    left, right = st.columns(2)
    alt = covered_network.describe(SIZES, layer)
    charts.show(left, covered_network.draw(SIZES, layer), key="wn_network", alt=alt)
    alt = feature_columns.describe(shown, names, stage)
    charts.show(right, feature_columns.draw(shown, names, stage), key="wn_given", alt=alt)
    st.markdown(facing(name, given, normalized))


def facing(name: str, given: FloatArray, normalized: bool) -> str:
    """What the layer faces, in numbers: how far the spreads are apart, and the valley of a regression on its columns."""
    ratio, condition = spread_ratio(given), condition_of(given)
    words = f"{name.capitalize()} is given columns whose standard deviations are {fixed(ratio, 1)} to 1"
    if not normalized:
        return f"{words}; a regression on them, each measured from its mean, has **κ = {fixed(condition, 0)}**."
    return (
        f"{words}, κ = {fixed(condition, 0)}. Normalized they are 1 to 1, and **κ = {fixed(condition_of(z_score(given)), 0)}**. "
        "What is left comes from columns that go together, which scaling each by itself cannot change."
    )


def spread_ratio(columns: FloatArray) -> float:
    spreads = columns.std(axis=0)
    return float(spreads.max() / spreads.min())


def condition_of(columns: FloatArray) -> float:
    return least_squares(columns - columns.mean(axis=0), RENTS - RENTS.mean()).condition


with frame("why_normalize"):
    st.subheader("Cars for rent", anchor=False)
    prose("why_normalize/cars")
    cars_for_rent()
    st.subheader("Ravine and bowl", anchor=False)
    prose("why_normalize/valleys")
    on_demand("How to read the pictures", partial(prose, "why_normalize/reading"), key="wn_reading")
    ravine_and_bowl()
    st.subheader("The same, inside the network", anchor=False)
    prose("why_normalize/bridge")
    bridge()
