"""What normalizing gives an activation function, what it takes, and how gamma and beta give it back."""

from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bn import (
    ACTIVATIONS,
    Activation,
    BatchNorm,
    FloatArray,
    Placed,
    Regime,
    Trace,
    after_activation,
    before_activation,
    largest_share,
    regime,
)
from ui import charts
from ui.choice import choose_one
from ui.figures import curve, placement
from ui.frame import fragment, frame
from ui.numbers import fixed
from ui.predict import predict, reveal
from ui.words import prose

BY_NAME = {activation.name: activation for activation in ACTIVATIONS.values()}
COUNT = 21  # x = -10, -9, ..., 10, moved to where the reader wants it
CENTER_END = 5
GAMMA_END, BETA_END = 7.0, 5.0
STEEPEST = 5  # so many of the values, when the question is who gets the gradient
NEAR, FAR = 0.1, 0.5
LITTLE, SOME, MUCH = f"less than {NEAR}", f"{NEAR} to {FAR}", f"more than {FAR}"
FEWER, AS_MANY, MORE = "fewer", "just as many", "more"


# --- the batch on the curve --------------------------------------------------------------------------------------


def batch_controls() -> tuple[Activation, FloatArray]:
    """The activation function and the batch x (N, 1)."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = choose_one("Activation", list(BY_NAME), "sigmoid", key="ss_activation")
        center = st.slider(
            "Center of the 21 raw values x", -CENTER_END, CENTER_END, 0, key="ss_center", bind="query-params", width=300
        )
    return BY_NAME[name], center + np.arange(COUNT)[:, None] - COUNT // 2 + 0.0


def fresh_layer(gamma: float = 1.0, beta: float = 0.0) -> BatchNorm:
    return replace(BatchNorm.create(1), gamma=np.array([gamma]), beta=np.array([beta]))


@fragment
def demo(activation: Activation, x: FloatArray, answered: bool) -> None:
    """Everything that answers to γ and β of the main picture. Only this runs again when one of them moves."""
    picture, side = st.columns([3, 2], gap="medium")
    with side:
        trace, undone = parameter_controls(x)
        show_numbers(activation, trace, answered)
        st.markdown(say_where(activation, trace, undone))
    alt = curve.describe(activation, trace, line=answered)
    charts.show(picture, curve.draw(activation, trace, line=answered), key="ss_curve", alt=alt)


def parameter_controls(x: FloatArray) -> tuple[Trace, bool]:
    """The pass through the layer with the γ and β of the sliders, or with those that undo the normalization."""
    gamma_place, beta_place = st.container(), st.container()
    undone = st.toggle("Undo: γ = √(σ² + ε), β = μ", key="ss_undo", bind="query-params")
    plain_trace, _ = fresh_layer().train(x)
    std, mean = (float(values[0]) for values in (plain_trace.std, plain_trace.mean))
    gamma = parameter(gamma_place, "γ", "ss_gamma", 0.0, GAMMA_END, 1.0, std if undone else None)
    beta = parameter(beta_place, "β", "ss_beta", -BETA_END, BETA_END, 0.0, mean if undone else None)
    return fresh_layer(gamma, beta).train(x)[0], undone


def parameter(
    where: DeltaGenerator, symbol: str, key: str, low: float, high: float, default: float, fixed_at: float | None
) -> float:
    label = symbol if fixed_at is None else f"{symbol} = {fixed(fixed_at)}"
    value = where.slider(label, low, high, default, 0.1, key=key, bind="query-params", disabled=fixed_at is not None)
    return value if fixed_at is None else fixed_at


def show_numbers(activation: Activation, trace: Trace, answered: bool) -> None:
    parts = [regime(activation, values[:, 0]) for values in (trace.x, trace.y)]
    rows = (
        ("on the flat parts", *(f"{part.flat} of {part.count}" for part in parts)),
        ("mean slope", *(fixed(part.mean_slope) for part in parts)),
        ("off the straight line", *(fixed(part.bend) if answered else "?" for part in parts)),
    )
    lines = ["| 21 values | ● x | ■ y |", "|:--|--:|--:|", *(f"| {a} | {b} | **{c}** |" for a, b, c in rows)]
    st.markdown("\n".join(lines))


def say_where(activation: Activation, trace: Trace, undone: bool) -> str:
    """One sentence for where the values lie now; it does not give away the prediction."""
    if undone:
        return (
            f"With γ = {fixed(float(trace.gamma[0]))} and β = {fixed(float(trace.beta[0]))} the green squares sit on the "
            "blue dots: the layer returns its input. The largest difference is "
            f"**{float(np.abs(trace.y - trace.x).max()):.1e}**, which is rounding."
        )
    raw, now = (regime(activation, values[:, 0]) for values in (trace.x, trace.y))
    return f"{compare_flat(activation, raw, now)} {compare_slope(raw, now)}"


def compare_flat(activation: Activation, raw: Regime, now: Regime) -> str:
    little = "almost no" if np.isfinite(activation.steep[1]) else "no"
    return (
        f"Raw, **{raw.flat} of {raw.count}** values lie where {activation.name} is flat and {little} gradient comes back; "
        f"after the layer, **{now.flat}**."
    )


def compare_slope(raw: Regime, now: Regime) -> str:
    return f"The mean slope goes from {fixed(raw.mean_slope)} to **{fixed(now.mean_slope)}**."


# --- what it costs -----------------------------------------------------------------------------------------------


def reveal_cost(guess: str, activation: Activation, x: FloatArray) -> None:
    """How straight the curve is where a fresh layer puts the batch."""
    trace, _ = fresh_layer().train(x)
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


def show_who_gets_it(activation: Activation, x: FloatArray) -> None:
    """The slope of f is not yet the gradient that reaches x; who gets it changes more than how much there is."""
    with st.expander("Does x itself get more gradient?"):
        trace, _ = fresh_layer().train(x)
        raw, y = trace.x[:, 0], trace.y[:, 0]
        through = float(trace.gamma[0] / trace.std[0])
        slopes = [regime(activation, values).mean_slope for values in (raw, y)]
        shares = [largest_share(activation, values, STEEPEST) for values in (raw, y)]
        st.markdown(
            f"Not on average. On its way from y back to x a gradient is multiplied by γ/√(σ² + ε), here {fixed(through)} "
            f"(and what the whole batch shares is subtracted), so a slope of {fixed(slopes[1])} becomes "
            f"{fixed(slopes[1] * through)}; without the layer it is {fixed(slopes[0])}. What changes is **who** gets it: "
            f"raw, the {STEEPEST} steepest of {COUNT} values have {shares[0]:.0%} of all slope, normalized {shares[1]:.0%}. "
            "And it stays so when the weights before the layer grow, because x̂ does not notice."
        )


# --- before or after ---------------------------------------------------------------------------------------------


@fragment
def placements(activation: Activation, x: FloatArray) -> None:
    """The same batch, γ and β in both orders; the second one once there is a prediction."""
    left, right = st.columns(2, gap="medium")
    with st.container(horizontal=True, gap="medium"):
        gamma = st.slider("γ in both", 0.0, GAMMA_END, 1.0, 0.1, key="ss_both_gamma", bind="query-params", width=300)
        beta = st.slider("β in both", -BETA_END, BETA_END, 0.0, 0.1, key="ss_both_beta", bind="query-params", width=300)
    guess = predict(
        f"Now the layer stands behind {activation.name}. How many values does {activation.name} then get on its flat parts, "
        "compared with no batch norm at all?",
        (FEWER, AS_MANY, MORE),
        key="ss_order",
    )
    layer = fresh_layer(gamma, beta)
    before, after = before_activation(layer, activation, x), after_activation(layer, activation, x)
    for where, placed, key in ((left, before, "ss_before"), (right, after, "ss_after")):
        revealed = placed.first or guess is not None
        alt = placement.describe(placed, revealed=revealed)
        charts.show(where, placement.draw(placed, revealed=revealed), key=key, alt=alt)
    if guess is not None:
        reveal_order(guess, activation, before, after)
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
    activation, x = batch_controls()
    area = st.container()
    cost = predict(
        "The slope is saved. At what price? Draw a straight line, the tangent, through the middle green square (γ = 1, β = 0). "
        "How far above or below it, on the vertical scale, does the outermost green square lie?",
        (LITTLE, SOME, MUCH),
        key="ss_cost",
    )
    with area:
        demo(activation, x, cost is not None)
    if cost is not None:
        reveal_cost(cost, activation, x)
        prose("scale_and_shift/coin")
        show_who_gets_it(activation, x)

    st.header("In front of the activation, or behind it?", anchor=False)
    prose("scale_and_shift/placement")
    placements(activation, x)
