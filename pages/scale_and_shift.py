"""What normalizing gives an activation function, what it takes, and how gamma and beta give it back."""

from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bn import (
    ACTIVATIONS,
    Activation,
    FloatArray,
    Placed,
    Regime,
    Trace,
    largest_share,
    regime,
)
from ui.choice import choose_one
from ui.frame import fragment, frame
from ui.live import film
from ui.memory import go_on
from ui.numbers import fixed, percent, short
from ui.predict import predict, reveal, said_of
from ui.studies.stretches import BETAS, CENTERS, COUNT, GAMMAS, Stretch, curve_reels, placed_in, placed_reels
from ui.words import prose

BY_NAME = {activation.name: key for key, activation in ACTIVATIONS.items()}
UNDO = "Undo: γ = √(σ² + ε), β = μ"
STEEPEST = 5  # so many of the values, when the question is who gets the gradient
NEAR, FAR = 0.1, 0.5
LITTLE, SOME, MUCH = f"less than {NEAR}", f"{NEAR} to {FAR}", f"more than {FAR}"
FEWER, AS_MANY, MORE = "fewer", "just as many", "more"


# --- the batch on the curve --------------------------------------------------------------------------------------


def batch_controls() -> tuple[str, int]:
    """The key of the activation function, and the center of the batch."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = choose_one("Activation", list(BY_NAME), "sigmoid", key="ss_activation")
        low, high, by = CENTERS
        center = st.slider(
            f"Center of the {COUNT} raw values x", low, high, 0, by, key="ss_center", bind="query-params", width=300
        )
    return BY_NAME[name], center


@fragment
def demo(activation: str, center: int, answered: bool) -> None:
    """Everything that answers to γ and β of the main picture. Only this runs again when one of them moves."""
    picture, side = st.columns([3, 2], gap="medium")
    with side:
        stretch = parameter_controls(Stretch(activation, center, None, None))
        show_numbers(ACTIVATIONS[activation], stretch.trace, answered)
        st.markdown(say_where(ACTIVATIONS[activation], stretch.trace, undone=stretch.gamma is None))
    film.show(picture, *curve_reels(stretch, line=answered), key="ss_curve")


def parameter_controls(undone: Stretch) -> Stretch:
    """The settings with the γ and β of the sliders, or as they came: with those that undo the normalization."""
    gamma_place, beta_place = st.container(), st.container()
    by_undo = undone.parameters if st.toggle(UNDO, key="ss_undo", bind="query-params") else None
    gamma = parameter(gamma_place, "γ", "ss_gamma", GAMMAS, 1.0, by_undo and by_undo[0])
    beta = parameter(beta_place, "β", "ss_beta", BETAS, 0.0, by_undo and by_undo[1])
    return undone if by_undo else replace(undone, gamma=gamma, beta=beta)


def parameter(
    where: DeltaGenerator,
    symbol: str,
    key: str,
    stops: tuple[float, float, float],
    default: float,
    instead: FloatArray | None,
) -> float:
    """A slider; where another value is used instead, it rests, and its label says so."""
    label = symbol if instead is None else f"{symbol}: Undo uses {fixed(float(instead[0]))}, not this"
    low, high, by = stops
    return where.slider(label, low, high, default, by, key=key, bind="query-params", disabled=instead is not None)


def show_numbers(activation: Activation, trace: Trace, answered: bool) -> None:
    parts = [regime(activation, values[:, 0]) for values in (trace.x, trace.y)]
    rows = (
        ("on the flat parts", *(f"{part.flat} of {part.count}" for part in parts)),
        ("mean slope", *(fixed(part.mean_slope) for part in parts)),
        ("off the straight line", *(fixed(part.bend) if answered else "?" for part in parts)),
    )
    lines = ["| 21 values | ● x | ■ y |", "|:--|--:|--:|", *(f"| {a} | {b} | **{c}** |" for a, b, c in rows)]
    st.markdown("\n".join(lines))
    st.markdown(f":small[{say_terms(activation, answered)}]")


def say_terms(activation: Activation, answered: bool) -> str:
    """What two rows of the table mean, of the second once it has a number."""
    smooth = np.isfinite(activation.steep[1])
    flat = "slope under 19 % of its largest" if smooth else "slope 0"
    drawn = "the tangent" if smooth else "the tangent, at the kink the level line"
    line = f" **Off the straight line**: how far the farthest value is above or below {drawn}." if answered else ""
    return f"**Flat**: {flat}, shaded.{line}"


def say_where(activation: Activation, trace: Trace, undone: bool) -> str:
    """One sentence for where the values lie now; it does not give away the prediction."""
    if undone:
        return (
            f"With γ = {fixed(float(trace.gamma[0]))} and β = {fixed(float(trace.beta[0]))} the green squares sit on the "
            "blue dots: the layer returns its input. The largest difference is "
            f"**{short(float(np.abs(trace.y - trace.x).max()))}**, which is rounding."
        )
    raw, now = (regime(activation, values[:, 0]) for values in (trace.x, trace.y))
    return compare_flat(activation, raw, now)


def compare_flat(activation: Activation, raw: Regime, now: Regime) -> str:
    little = "almost no" if np.isfinite(activation.steep[1]) else "no"
    return (
        f"Raw, **{raw.flat} of {raw.count}** values lie where {activation.name} is flat and {little} gradient comes back; "
        f"after the layer, **{now.flat}**."
    )


# --- what it costs -----------------------------------------------------------------------------------------------


def reveal_cost(guess: str, activation: Activation, trace: Trace) -> None:
    """How straight the curve is where a fresh layer puts the batch."""
    y = trace.y[:, 0]
    now = regime(activation, y)
    right = LITTLE if now.bend < NEAR else MUCH if now.bend > FAR else SOME
    reveal(
        guess,
        right,
        f"With γ = 1 and β = 0 the values lie between {fixed(float(y.min()), 2)} and {fixed(float(y.max()), 2)}, and the "
        f"farthest is {fixed(now.bend)} from the green line. {say_shape(activation, now)}",
    )


def say_shape(activation: Activation, now: Regime) -> str:
    if now.bend < NEAR:
        return f"On this stretch {activation.name} hardly does more than a straight line."
    if np.isfinite(activation.steep[1]):
        return f"So {activation.name} still bends here. Try γ = 0.5."
    return (
        f"{activation.name} is straight on each side of its kink at 0. A value passes where γx̂ + β > 0, for γ > 0 where "
        "**x̂ > −β/γ**: with β = 0 as many for every γ, otherwise both decide."
    )


def say_what_to_try(activation: Activation) -> str:
    """What γ and β do to this activation, to be tried out."""
    if np.isfinite(activation.steep[1]):
        return "Move γ: near 0 the green squares huddle where the curve is straight; toward 6 they are on the flat ends again."
    return (
        f"Move γ: with β = 0 no square crosses the kink of {activation.name}, however far they spread. Move β, and they do: with "
        "γ = 1, at 2 all of them pass, at −2 none."
    )


def show_who_gets_it(activation: Activation, trace: Trace) -> None:
    """The slope of f is not yet the gradient that reaches x; who gets it changes more than how much there is."""
    with st.expander("Does x itself get more gradient?"):
        raw, y = trace.x[:, 0], trace.y[:, 0]
        through = float(trace.gamma[0] / trace.std[0])
        slopes = [regime(activation, values).mean_slope for values in (raw, y)]
        shares = [largest_share(activation, values, STEEPEST) for values in (raw, y)]
        st.markdown(
            f"Not on average. On its way from y back to x a [gradient](#gradient) is multiplied by γ/√(σ² + ε), here {fixed(through)} "
            f"(and what the whole batch shares is subtracted), so a slope of {fixed(slopes[1])} becomes "
            f"{fixed(slopes[1] * through)}; without the layer it is {fixed(slopes[0])}. What changes is **who** gets it: "
            f"raw, the {STEEPEST} steepest of {COUNT} values have {percent(shares[0])} of all slope, normalized {percent(shares[1])}. "
            "And it stays so when the weights before the layer grow, because x̂ does not notice."
        )


# --- before or after ---------------------------------------------------------------------------------------------


@fragment
def placements(activation: str, center: int) -> None:
    """The same batch, γ and β in both orders; the second one once there is a prediction."""
    # The sliders stand above the pictures that they move.
    with st.container(horizontal=True, gap="medium"):
        gamma = st.slider("γ in both", *GAMMAS[:2], 1.0, 0.1, key="ss_both_gamma", bind="query-params", width=300)
        beta = st.slider("β in both", *BETAS[:2], 0.0, 0.1, key="ss_both_beta", bind="query-params", width=300)
    left, right = st.columns(2, gap="medium")
    name = ACTIVATIONS[activation].name
    guess = predict(
        f"Now the layer stands behind {name}. How many values does {name} then get on its [flat](#flat) parts, compared with no batch "
        "norm at all?",
        (FEWER, AS_MANY, MORE),
        key="ss_order",
    )
    stretch = Stretch(activation, center, gamma, beta)
    film.show(left, *placed_reels(stretch, first=True, revealed=True), key="ss_before")
    film.show(right, *placed_reels(stretch, first=False, revealed=guess is not None), key="ss_after")
    if guess is not None:
        said = said_of(guess, (activation, center), key="ss_order")
        reveal_order(said, ACTIVATIONS[activation], placed_in(stretch, True), placed_in(stretch, False))
        prose("scale_and_shift/measured")


def reveal_order(guess: str, activation: Activation, before: Placed, after: Placed) -> None:
    without, front, behind = (
        regime(activation, values[:, 0]).flat for values in (before.x, before.into_activation, after.into_activation)
    )
    reveal(
        guess,
        FEWER if behind < without else MORE if behind > without else AS_MANY,
        f"The layer comes too late for {activation.name}, which gets x as it is: **{behind} of {COUNT}** values on its flat "
        f"parts, {without} without the layer. In front, the layer makes it **{front}**. What the next layer gets is another "
        f"matter: {mean_and_std(after.out)} from behind, which are β and γ, and {mean_and_std(before.out)} from in front.",
    )


def mean_and_std(values: FloatArray) -> str:
    return f"mean {fixed(float(values.mean()), 2)} and standard deviation {fixed(float(values.std()), 2)}"


# --- the page ----------------------------------------------------------------------------------------------------

with frame("scale_and_shift"):
    activation, center = batch_controls()
    area = st.container()
    smooth = np.isfinite(ACTIVATIONS[activation].steep[1])
    drawn = "a straight line, the tangent," if smooth else "a level line, for the kink has no tangent,"
    cost = predict(
        f"What does it cost? Draw {drawn} through the middle green square (γ = 1, β = 0). How far above or below it does the "
        "outermost one lie?",
        (LITTLE, SOME, MUCH),
        key="ss_cost",
    )
    with area:
        demo(activation, center, cost is not None)
    if cost is not None:
        fresh = Stretch(activation, center, 1.0, 0.0).trace
        reveal_cost(said_of(cost, (activation, center), key="ss_cost"), ACTIVATIONS[activation], fresh)
        prose("scale_and_shift/coin")
        st.markdown(say_what_to_try(ACTIVATIONS[activation]))
        go_on()
        show_who_gets_it(ACTIVATIONS[activation], fresh)

    st.subheader("In front of the activation, or behind it?", anchor=False)
    prose("scale_and_shift/placement")
    placements(activation, center)
