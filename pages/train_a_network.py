"""Train a network: twins with the same weights and batches, one with batch normalization, in front of the reader."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial

import streamlit as st

from bn import LayerLook, Look
from bn.networks.network import PLACEMENTS
from bn.networks.recording import Three
from ui.choice import choose_one
from ui.figures.panels import Curve, Panel
from ui.figures.style import WITH, WITHOUT, Twin
from ui.frame import fragment, frame
from ui.live.curves import show_curves
from ui.live.layers import show_layers
from ui.memory import remember_link
from ui.numbers import short
from ui.predict import predict, reveal
from ui.serving.jobs import asked_for, in_turns, start_again, stop
from ui.studies.deep_stacks import EXAMPLES as STACK_EXAMPLES
from ui.studies.deep_stacks import UNITS as STACK_UNITS
from ui.studies.deep_stacks import say_growth, stack_table
from ui.studies.guesses import guesses
from ui.studies.rate_map import rate_map
from ui.studies.twins import (
    CHANCE,
    GUESSING,
    MAX_DEPTH,
    PRESETS,
    SWEEP_DEPTHS,
    SWEEP_RATES,
    SWEEP_STEPS,
    UNITS,
    Cell,
    Pair,
    Run,
    TwinSettings,
    in_words,
    runs,
    sweep,
    train_twins,
)
from ui.studies.verdicts import CLEAR, because
from ui.words import prose

AS_MANY, FEWER, GUESSED = "About as many, or more", "Clearly fewer", "Hardly more than by guessing"
FUNCTIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu"}
KEYS = {name: f"tn_{name}" for name in asdict(TwinSettings())}
LOSS_AXIS, SHARE_AXIS = (0.0, 3.0), (0.0, 100.0)


# --- the twins ---------------------------------------------------------------------------------------------------


@fragment
def twins() -> None:
    """Everything that the learning rate changes."""
    settings = controls()
    guess = predict(
        "One twin has batch norm. The other has the **same weights and sees the same batches**, without it. How many "
        "of the held-out digits does it get right at the end, compared with its twin?",
        [AS_MANY, FEWER, GUESSED],
        key="tn_guess",
    )
    in_turns("tn_twins", settings, partial(train_twins, settings), partial(show_run, settings, guess))
    which_rates(settings)


def controls() -> TwinSettings:
    """The dials, and one click to each of the cases worth seeing."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, preset in PRESETS.items():
            st.button(name, key=f"tn_preset_{name}", on_click=put, args=(preset,))
    defaults = TwinSettings()
    columns = st.columns([3, 2, 2])
    rate = columns[0].slider(
        "Learning rate, log₁₀ η", -3.0, 2.0, defaults.rate, 0.1, key="tn_rate", bind="query-params"
    )
    depth = columns[1].slider("Hidden layers", 1, MAX_DEPTH, defaults.depth, 1, key="tn_depth", bind="query-params")
    with columns[2]:
        activation = choose_one("Activation", tuple(FUNCTIONS), "sigmoid", key="tn_activation")
    with st.expander("More settings: initialization, placement, batch size, steps, seed"):
        more = st.columns(5)
        scale = more[0].selectbox(
            "Weights at the start, ×", (0.01, 0.1, 0.3, 1.0, 3.0, 10.0), 3, key="tn_scale", bind="query-params"
        )
        placement = more[1].selectbox(
            "Batch norm stands … the activation", PLACEMENTS, key="tn_placement", bind="query-params"
        )
        batch = more[2].selectbox("Batch size", (2, 4, 8, 16, 32, 64, 128, 256), 5, key="tn_batch", bind="query-params")
        steps = more[3].selectbox("Steps", (200, 500, 1000, 2000), 1, key="tn_steps", bind="query-params")
        seed = more[4].number_input("Seed", 0, 999, 0, 1, key="tn_seed", bind="query-params")
    settings = TwinSettings(FUNCTIONS[activation], depth, rate, scale, placement, batch, steps, int(seed))
    st.markdown(in_short(settings))
    return settings


def put(preset: TwinSettings) -> None:
    """Turn all dials to a preset."""
    names = {value: name for name, value in FUNCTIONS.items()}
    for name, value in asdict(preset).items():
        st.session_state[KEYS[name]] = names.get(value, value)


def in_short(settings: TwinSettings) -> str:
    function = next(name for name, value in FUNCTIONS.items() if value == settings.activation)
    layers = f"{settings.depth} hidden layer{'' if settings.depth == 1 else 's'} of {UNITS} {function} units"
    return (
        f"**η = {settings.learning_rate:.3g}** · {layers} · weights × {settings.scale:g} · {settings.steps:,} steps of "
        f"{settings.batch} digits · seed {settings.seed}"
    )


def show_run(settings: TwinSettings, guess: str | None, done: tuple[Pair, ...], more: bool) -> None:
    """The run so far; the twin without batch norm only to those who have said what they expect of it."""
    remember_link()
    pair = runs(done)
    shown = list(zip((WITH, WITHOUT), pair, strict=True))[: 2 if guess else 1]
    progress(settings, pair, more)
    show_curves([loss_panel(settings, shown), accuracy_panel(settings, shown)], key="tn_curves")
    st.markdown("  \n".join(status(twin, run, pair) for twin, run in shown))
    if guess:
        answer(settings, guess, pair, more)
    st.markdown("**Ten held-out digits** and what each network takes them for now")
    st.html(guesses([(twin, run.looks[-1][1].guesses) for twin, run in shown if run.looks]))
    inside(settings, shown, more)


def progress(settings: TwinSettings, pair: tuple[Run, Run], more: bool) -> None:
    number = max(run.parts[-1].number for run in pair if run.parts)
    bar, button = st.columns([5, 2], vertical_alignment="center")
    words = "training" if more else "done" if number == settings.steps else "ended"
    bar.progress(min(1.0, number / settings.steps), f"Step {number:,} of {settings.steps:,}: {words}")
    if more:
        button.button("■ Stop", key="tn_stop", on_click=stop, args=("tn_twins",), width="stretch")
    else:
        button.button(
            "↺ Rewind, train again", key="tn_again", on_click=start_again, args=("tn_twins",), width="stretch"
        )


def status(twin: Twin, run: Run, pair: tuple[Run, Run]) -> str:
    other = pair[1] if twin is WITH else pair[0]
    return in_words(twin.name.capitalize(), run, other.stopped is None)


# --- curves ------------------------------------------------------------------------------------------------------


def loss_panel(settings: TwinSettings, shown: Sequence[tuple[Twin, Run]]) -> Panel:
    curves = [curve(twin, *run.losses) for twin, run in shown]
    return Panel(
        title="Loss on the training batches",
        x_axis=(0, settings.steps),
        y_axis=LOSS_AXIS,
        x_name="step",
        curves=curves,
        about=say("Training loss", curves, ""),
        rules=[(GUESSING, "guessing")],
    )


def accuracy_panel(settings: TwinSettings, shown: Sequence[tuple[Twin, Run]]) -> Panel:
    curves = [
        curve(twin, [number for number, _ in run.looks], [100 * look.accuracy for _, look in run.looks])
        for twin, run in shown
    ]
    return Panel(
        title="Held-out digits right",
        x_axis=(0, settings.steps),
        y_axis=SHARE_AXIS,
        x_name="step",
        curves=curves,
        about=say("Share of the held-out digits that is right, in percent", curves, "%"),
        unit="%",
        digits=1,
        rules=[(10.0, "guessing")],
    )


def curve(twin: Twin, x: Sequence[float], y: Sequence[float], **band: Sequence[float]) -> Curve:
    return Curve(twin.name, twin.short, twin.color, twin.dash, twin.marker, x, y, **band)


def say(what: str, curves: Sequence[Curve], unit: str) -> str:
    """What a panel says now, for those who do not see it."""
    ends = [
        f"{each.name} from {short(each.y[0])}{unit} to {short(each.y[-1])}{unit} at step {each.x[-1]:,.0f}"
        if each.y
        else f"{each.name} has no point yet"
        for each in curves
    ]
    return f"{what}: {'; '.join(ends)}."


# --- the prediction ----------------------------------------------------------------------------------------------


def answer(settings: TwinSettings, guess: str, pair: tuple[Run, Run], more: bool) -> None:
    with_norm, without = pair
    number = max(run.parts[-1].number for run in pair)
    ended = without.stopped and with_norm.stopped
    if more:
        st.info("The answer is computed from this run: it comes when the run has ended.")
    elif number < settings.steps and not ended:
        st.info(f"Stopped at step {number:,}. Train again to the end for the answer.")
    else:
        reveal(guess, right_answer(with_norm, without), because(with_norm, without))


def right_answer(with_norm: Run, without: Run) -> str:
    if without.accuracy < CHANCE:
        return GUESSED
    return AS_MANY if without.accuracy > with_norm.accuracy - CLEAR else FEWER


# --- inside ------------------------------------------------------------------------------------------------------


def inside(settings: TwinSettings, shown: Sequence[tuple[Twin, Run]], more: bool) -> None:
    """The layers over time: all at one step, then one at all steps."""
    st.subheader("Inside the layers", anchor=False)
    prose("train_a_network/inside")
    looks = [(twin, run.looks) for twin, run in shown if run.looks]
    # While the run goes on, the newest look is enough; sending all of them at each turn would cost more than training.
    newest = [(twin, seen[-1:]) for twin, seen in looks]
    show_layers(newest if more else looks, settings.activation, UNITS, key="tn_layers")
    left, right = st.columns([2, 3], vertical_alignment="center")
    asked = left.slider("Hidden layer over time", 1, MAX_DEPTH, MAX_DEPTH, 1, key="tn_layer", bind="query-params")
    layer = min(asked, settings.depth)
    last = f"The last one: there {'is' if layer == 1 else 'are'} {layer}. " if asked > layer else ""
    right.markdown(f":small[{last}Line: the middle value; band: from the 15th to the 85th percentile.]")
    show_curves(
        [into_activation(settings, looks, layer), *learned(settings, looks, layer)], key="tn_over_time", height=220
    )


def into_activation(settings: TwinSettings, looks: Sequence[tuple[Twin, list[tuple[int, Look]]]], layer: int) -> Panel:
    curves = [over_time(twin, seen, layer, lambda look: look.percentiles) for twin, seen in looks]
    return Panel(
        title=f"Into the activation of layer {layer}",
        x_axis=(0, settings.steps),
        y_axis=(-6.0, 6.0),
        x_name="step",
        curves=curves,
        about=say("Median of what goes into the activation", curves, ""),
    )


def learned(settings: TwinSettings, looks: Sequence[tuple[Twin, list[tuple[int, Look]]]], layer: int) -> list[Panel]:
    """γ and β of the layer, which only the twin with batch norm has."""
    seen = looks[0][1] if looks and looks[0][0] is WITH else []
    panels = []
    for symbol, axis, what in (
        ("γ", (0.0, 3.0), lambda look: look.gammas),
        ("β", (-2.0, 2.0), lambda look: look.betas),
    ):
        curves = [replace(over_time(WITH, seen, layer, what), name=symbol, label=symbol)]
        panels.append(
            Panel(
                title=f"{symbol} of its {UNITS} units, as learned",
                x_axis=(0, settings.steps),
                y_axis=axis,
                x_name="step",
                curves=curves,
                about=say(f"Median of {symbol} over the units", curves, ""),
            )
        )
    return panels


def over_time(
    twin: Twin, seen: Sequence[tuple[int, Look]], layer: int, what: Callable[[LayerLook], Three | None]
) -> Curve:
    points = [(number, *three) for number, look in seen if (three := what(look.layers[layer - 1]))]
    steps, low, middle, high = ([point[k] for point in points] for k in range(4))
    return curve(twin, steps, middle, low=low, high=high)


# --- which learning rates train at all? --------------------------------------------------------------------------


def which_rates(settings: TwinSettings) -> None:
    """A small sweep of both twins, started by a button, for the settings that are set above."""
    st.subheader("Which learning rates train at all?", anchor=False)
    prose("train_a_network/sweep")
    base = replace(settings, rate=0.0, depth=1, steps=SWEEP_STEPS)
    key = ("sweep", base)
    count = len(SWEEP_RATES) * len(SWEEP_DEPTHS)
    if asked_for("tn_sweep", key, f"Train {count} pairs of twins, {SWEEP_STEPS} steps each"):
        in_turns("tn_sweep", key, partial(sweep, base), show_sweep)


def show_sweep(done: tuple[Cell | None, ...], more: bool) -> None:
    cells = [cell for cell in done if cell]
    count = len(SWEEP_RATES) * len(SWEEP_DEPTHS)
    bar, button = st.columns([5, 2], vertical_alignment="center")
    bar.progress(len(cells) / count, f"{len(cells)} of {count} pairs")
    if more:
        button.button("■ Stop", key="tn_sweep_stop", on_click=stop, args=("tn_sweep",), width="stretch")
    for column, (k, twin) in zip(st.columns(2), enumerate((WITH, WITHOUT)), strict=True):
        with column:
            st.html(rate_map(cells, twin, k))
    if cells:
        st.markdown(trained_at_all(cells))


def trained_at_all(cells: Sequence[Cell]) -> str:
    enough = 0.8
    with_norm, without = (sum(cell.accuracies[k] >= enough for cell in cells) for k in (0, 1))
    return (
        f"Of {len(cells)} pairs, **{with_norm}** networks with batch norm got at least 80% right, and **{without}** "
        "without it. Learning rate η from left to right, layers from bottom to top; ✗: diverged."
    )


# --- deeper ------------------------------------------------------------------------------------------------------


@fragment
def deeper() -> None:
    """Signal and gradient in deep stacks, plain and with batch norm, without and with skip connections."""
    with st.expander("Much deeper: exploding gradients and skip connections"):
        prose("train_a_network/deeper")
        layers = st.slider("Layers or blocks", 1, 100, 50, key="tn_stacked", bind="query-params", width=320)
        st.markdown(stack_table(layers))
        st.markdown(say_growth(layers))
        st.markdown(
            f":small[Random layers of {STACK_UNITS} ReLU units and a batch of {STACK_EXAMPLES} with variance 1, before any "
            "training. The gradient is measured by its length at the end, where it is drawn at random.]"
        )


with frame("train_a_network"):
    twins()
    deeper()
