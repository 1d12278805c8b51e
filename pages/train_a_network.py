"""Train a network: twins with the same weights and batches, one with batch normalization, in front of the reader."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial

import streamlit as st

from bn import LayerLook, Look
from bn.networks.network import PLACEMENTS
from bn.networks.recording import Three
from ui.choice import choose_one, keep_name
from ui.figures.panels import Curve, Panel
from ui.figures.style import WITH, WITHOUT, Twin
from ui.frame import fragment, frame
from ui.live.curves import show_curves
from ui.live.layers import show_layers
from ui.live.rate_map import chosen, keep_mark, show_rate_map
from ui.memory import go_on, remember_link
from ui.numbers import percent, short
from ui.predict import predict, said_of, say_right
from ui.serving.jobs import WAIT, asked_for, beside, in_turns, recalled, start_again, stop
from ui.studies.deep_stacks import EXAMPLES as STACK_EXAMPLES
from ui.studies.deep_stacks import UNITS as STACK_UNITS
from ui.studies.deep_stacks import say_growth, stack_table
from ui.studies.digits import HELD_OUT
from ui.studies.guesses import guesses
from ui.studies.rate_map import (
    DEPTHS,
    LEARNED,
    RATES,
    SCALES,
    Cell,
    how_many_learn,
    known,
    map_of,
    nearest_known,
    sweep,
)
from ui.studies.twins import GUESSING, MAX_DEPTH, PRESETS, UNITS, Pair, Run, TwinSettings, in_words, runs, train_twins
from ui.studies.verdicts import because
from ui.words import prose

AS_MANY, MORE, MANY_MORE = "About as many, or fewer", "Up to twice as many", "More than twice as many"
A_FEW_MORE, TWICE = 1.15, 2.0  # times as many as the other
FUNCTIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu"}
KEYS = {name: f"tn_{name}" for name in asdict(TwinSettings())}
PLACES = len(RATES) * len(DEPTHS)
LOSS_AXIS, SHARE_AXIS = (0.0, 3.0), (0.0, 100.0)
LAST = "last"
CURVES_HEIGHT = 200


# --- what is trained ---------------------------------------------------------------------------------------------


def network() -> TwinSettings:
    """All but the place on the map, and one click to each of the cases worth seeing."""
    activation = choose_one("Activation", tuple(FUNCTIONS), "sigmoid", key="tn_activation")
    with st.expander("Other networks: initialization, placement, batch size, steps, seed"):
        with st.container(horizontal=True, vertical_alignment="center"):
            for name, preset in PRESETS.items():
                st.button(name, key=f"tn_preset_{name}", on_click=put, args=(preset,))
        more = st.columns(5)
        scale = more[0].selectbox("Weights at the start, ×", SCALES, 3, key="tn_scale", bind="query-params")
        placement = more[1].selectbox(
            "Batch norm stands … the activation", PLACEMENTS, key="tn_placement", bind="query-params"
        )
        batch = more[2].selectbox("Batch size", (2, 4, 8, 16, 32, 64, 128, 256), 5, key="tn_batch", bind="query-params")
        steps = more[3].selectbox("Steps", (200, 500, 1000, 2000), 1, key="tn_steps", bind="query-params")
        seed = more[4].number_input("Seed", 0, 999, 0, 1, key="tn_seed", bind="query-params")
    return TwinSettings(
        FUNCTIONS[activation], scale=scale, placement=placement, batch=batch, steps=steps, seed=int(seed)
    )


def put(preset: TwinSettings) -> None:
    """Turn all dials to a preset."""
    names = {value: name for name, value in FUNCTIONS.items()}
    for name, value in asdict(preset).items():
        st.session_state[KEYS[name]] = names.get(value, value)


# --- the numbers of the map --------------------------------------------------------------------------------------


def the_map(settings: TwinSettings) -> tuple[Sequence[Cell], str]:
    """The map of a network, and what its numbers are.

    Most maps were computed beforehand. Where batches or seed are others, the reader can have the map trained with them,
    and sees the nearest until it is there.
    """
    base, where = map_of(settings), "computed beforehand"
    cells: Sequence[Cell] = known(base)
    if not cells:
        key = ("sweep", base)
        if asked_for("tn_sweep", key, f"Train the map with batches of {base.batch} and seed {base.seed}"):
            in_turns("tn_sweep", key, partial(sweep, base), show_sweep)
        cells, where = [cell for cell in recalled(key) if cell], "computed here"
    if not cells:
        base, where = nearest_known(settings), "computed beforehand"
        cells = known(base)
    return cells, (
        f"% of {HELD_OUT} held-out digits right after {base.steps} steps of {base.batch}: one run a cell, seed {base.seed}, "
        f"{where}. ✗: diverged."
    )


def show_sweep(done: tuple[Cell | None, ...], more: bool) -> None:
    count = sum(cell is not None for cell in done)
    if more:
        bar, button = st.columns([5, 2], vertical_alignment="center")
        bar.progress(count / PLACES, f"The map: {count} of {PLACES} pairs of twins")
        button.button("■ Stop", key="tn_sweep_stop", on_click=stop, args=("tn_sweep",), width="stretch")


# --- the prediction ----------------------------------------------------------------------------------------------


def ask(settings: TwinSettings, cells: Sequence[Cell]) -> str | None:
    """The question about the map of the twin with batch norm; once it is answered, what is right stands in its place."""
    guess = st.session_state.get("tn_guess")
    question = f"In how many cells does the twin **with batch norm** get {percent(LEARNED)} or more right, compared with the one without?"
    return predict(
        question, [AS_MANY, MORE, MANY_MORE], key="tn_guess", answer=guess and answer(guess, settings, cells)
    )


def answer(guess: str, settings: TwinSettings, cells: Sequence[Cell]) -> str:
    """What is right, and whether a guess that was made about this map was."""
    with_norm, without = how_many_learn(cells)
    more = with_norm / max(1, without)
    right = AS_MANY if more < A_FEW_MORE else MORE if more <= TWICE else MANY_MORE
    because = f"{percent(LEARNED)} or more right: in {with_norm} of {len(cells)} cells with batch norm, in {without} without it."
    return say_right(said_of(guess, nearest_known(settings), key="tn_guess"), right, because)


# --- the map and the run -----------------------------------------------------------------------------------------


@fragment
def twins(network: TwinSettings, guess: bool, cells: Sequence[Cell], note: str) -> None:
    """What answers to the hand: the map, the run at the cell that was chosen, and the axes of the map as sliders."""
    map_place, run_place = st.container(), st.container()
    defaults = TwinSettings()
    with st.container(horizontal=True):
        rate = st.slider("Learning rate, log₁₀ η", -3.0, 2.0, defaults.rate, 0.1, key=KEYS["rate"], bind="query-params")
        depth = st.slider("Hidden layers", 1, MAX_DEPTH, defaults.depth, 1, key=KEYS["depth"], bind="query-params")
    settings = replace(network, rate=rate, depth=depth)
    if done := recalled(settings):  # this run has ended, here or before somebody else's eyes
        keep_mark(settings, runs(done))
    with map_place:
        show_rate_map(
            cells,
            settings,
            covered=not guess,
            note=note,
            sliders=(KEYS["rate"], KEYS["depth"]),
            key="tn_map",
            on_choose=go_to_cell,
        )
    with run_place:
        in_turns(
            "tn_twins",
            settings,
            partial(train_twins, settings),
            partial(show_run, settings, guess),
            first=2,
            wait=partial(show_both, settings, seen((Run(()), Run(())), guess), WAIT, True),
        )


def go_to_cell() -> None:
    """Turn the two sliders to the cell of the map that was chosen."""
    if place := chosen("tn_map"):
        st.session_state[KEYS["rate"]], st.session_state[KEYS["depth"]] = place


def show_run(settings: TwinSettings, guess: bool, done: tuple[Pair, ...], more: bool) -> None:
    """The run so far."""
    remember_link()
    pair = runs(done)
    number = step_of(pair)
    words = "training" if more else "done" if has_ended(settings, pair) else "stopped"
    show_both(
        settings, seen(pair, guess), f"step {number:,} of {settings.steps:,}: {words}", more, number / settings.steps
    )


def seen(pair: tuple[Run, Run], guess: bool) -> list[tuple[Twin, Run]]:
    """The twins to be seen: the one with batch norm only by those who have said what they expect of it."""
    with_norm, without = pair
    return [(WITHOUT, without), (WITH, with_norm)][: 2 if guess else 1]


def step_of(pair: tuple[Run, Run]) -> int:
    return max(run.parts[-1].number for run in pair if run.parts)


def has_ended(settings: TwinSettings, pair: tuple[Run, Run]) -> bool:
    return step_of(pair) == settings.steps or all(run.stopped for run in pair)


def show_both(
    settings: TwinSettings, shown: Sequence[tuple[Twin, Run]], words: str, more: bool, share: float = 0.0
) -> None:
    """How far the run is, and both curves."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, share), f"{in_short(settings)}: {words}")
        if more:
            st.button("■ Stop", key="tn_stop", on_click=stop, args=("tn_twins",), width=200)
        else:
            st.button("↺ Rewind, train again", key="tn_again", on_click=start_again, args=("tn_twins",), width=200)
    panels = [loss_panel(settings, shown), accuracy_panel(settings, shown)]
    show_curves(panels, key="tn_curves", height=CURVES_HEIGHT, run=str(settings), growing=more)


def in_short(settings: TwinSettings) -> str:
    function = next(name for name, value in FUNCTIONS.items() if value == settings.activation)
    return f"**η = {short(settings.learning_rate, 3)}**, {settings.depth} {function} layer{'' if settings.depth == 1 else 's'}"


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


# --- inside ------------------------------------------------------------------------------------------------------


def show_inside(guess: bool, settings: TwinSettings, done: tuple[Pair, ...], more: bool) -> None:
    """What came of the run and why, and the layers: all at one step, then one at all steps."""
    remember_link()
    pair = runs(done)
    shown = seen(pair, guess)
    st.markdown("  \n".join(status(twin, run, pair) for twin, run in shown))
    if guess and not more and has_ended(settings, pair):
        st.info(because(*pair))
        go_on()
    st.markdown("**Ten held-out digits** and what each network takes them for now")
    st.html(guesses([(twin, run.looks[-1][1].guesses) for twin, run in shown if run.looks]))
    st.subheader("Inside the layers", anchor=False)
    prose("train_a_network/inside")
    looks = [(twin, run.looks) for twin, run in shown if run.looks]
    # While the run goes on, the newest look is enough; sending all of them at each turn would cost more than training.
    newest = [(twin, seen[-1:]) for twin, seen in looks]
    show_layers(newest if more else looks, settings.activation, UNITS, key="tn_layers")
    layers = [*map(str, range(1, settings.depth)), LAST]
    keep_name("tn_layer", layers[::-1])
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        asked = choose_one("Hidden layer over time", layers, LAST, key="tn_layer")
    right.markdown(":small[Line: the middle value; band: from the 15th to the 85th percentile.]")
    layer = settings.depth if asked == LAST else int(asked)
    panels = [into_activation(settings, looks, layer), *of_its_units(settings, looks, layer)]
    show_curves(panels, key="tn_over_time", height=220, run=str(settings), growing=more)


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


def of_its_units(
    settings: TwinSettings, looks: Sequence[tuple[Twin, list[tuple[int, Look]]]], layer: int
) -> list[Panel]:
    """γ and β of the layer, which only the twin with batch norm has."""
    seen = next((seen for twin, seen in looks if twin is WITH), None)
    if seen is None:
        return []
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
    question_place, run_place = st.container(), st.container()
    own = network()
    cells, note = the_map(own)
    with question_place:
        guess = ask(own, cells)
    with beside("tn_twins", partial(show_inside, bool(guess))), run_place:
        twins(own, bool(guess), cells, note)
    deeper()
