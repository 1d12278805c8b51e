"""The lab: one batch on its way through batch normalization."""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st

from bn import CONVENTIONS, BatchNorm, Convention, FloatArray, History, Trace
from ui.batch import reading, take_home
from ui.batch.desk import Desk
from ui.batch.panel import change_cells, desk_now, point_at, set_up_batch, take_back_cells
from ui.batch.sources import Drawn, Origin, moving_averages, num_rows
from ui.brought.layer import your_layer
from ui.choice import choose_one, keep_name, keep_row, on_demand
from ui.figures import averages, reels
from ui.frame import fragment, frame
from ui.live import film
from ui.live.features import show_features, show_outputs
from ui.live.messages import told, told_cell, told_changes, told_text
from ui.live.stage import show_stage
from ui.live.tables import Table, show_batch_tables, statistics_table
from ui.numbers import exact, fixed, short, shortest
from ui.plain import plain
from ui.studies import remembered
from ui.studies.calculation import TONES, calculation
from ui.studies.one_row import say_refusal
from ui.words import prose, read_prose

MAX_BATCHES = 1000
BY_NAME = {convention.name: convention for convention in CONVENTIONS.values()}
EPSILONS = (0.0, 1e-12, 1e-8, 1e-5, 1e-3, 0.1, 1.0, 10.0)
PLAIN_MEAN = "plain mean"
DECAYS: tuple[float | str, ...] = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0, PLAIN_MEAN)
TRAINING, INFERENCE = "Training", "Inference"
YOUR_LAYER = "Your layer: why does it give this output?"
# Constant: a slider with other ends is another widget to Streamlit, which forgets its value and its place in the link.
GAMMA_END, BETA_END = 5.0, 10.0
ENDS = {"gamma": GAMMA_END, "beta": BETA_END, "x": reading.MAX_MAGNITUDE}


# --- the panel at the side ---------------------------------------------------------------------------------------


def setup() -> tuple[Desk, BatchNorm]:
    """The reader's batch, and a layer that has seen nothing yet."""
    with st.sidebar:
        st.header("Set up", anchor=False)
        desk = set_up_batch(read_prose("lab/example"))
        layer = layer_controls(len(desk.batch.names))
        return desk, able_to_average(layer, desk.shown, desk.learned)


def layer_controls(features: int) -> BatchNorm:
    st.divider()
    name = st.selectbox("Convention", list(BY_NAME), key="convention", bind="query-params", on_change=take_defaults)
    convention = BY_NAME[name]
    at = EPSILONS.index(convention.eps)
    eps = st.selectbox("ε, added to the variance", EPSILONS, at, key="eps", bind="query-params")
    at = DECAYS.index(default_decay(convention))
    decay = st.selectbox("Decay, the weight of the old average", DECAYS, at, key="decay", bind="query-params")
    layer = BatchNorm.create(features, convention, channel_axis=1)
    layer = replace(layer, eps=eps, decay=None if isinstance(decay, str) else decay)
    st.markdown(f":small[{describe_convention(layer)}]")
    return layer


def able_to_average(layer: BatchNorm, *sources: Origin) -> BatchNorm:
    """The layer, with its convention's own ε where it cannot average the variance of these batches with the chosen one."""
    try:
        for source in sources:
            layer.convention.correction(num_rows(source), layer.eps)
    except ValueError as problem:
        st.error(f"{plain(str(problem))}. Until then ε = {exact(layer.convention.eps)} is used.")
        return replace(layer, eps=layer.convention.eps)
    return layer


def take_defaults() -> None:
    convention = BY_NAME[st.session_state["convention"]]
    st.session_state["eps"] = convention.eps
    st.session_state["decay"] = default_decay(convention)


def default_decay(convention: Convention) -> float | str:
    return PLAIN_MEAN if convention.decay is None else convention.decay


def describe_convention(layer: BatchNorm) -> str:
    convention = layer.convention
    momentum = convention.momentum(layer.decay)
    words = f"{convention.name} normalizes with the variance [÷ N](#divisor) and averages the variance ÷ {convention.divisor}."
    if not convention.names_eps:
        words += f" It names no ε; {exact(convention.eps)} is what most frameworks take."
    if momentum is not None:
        words += (
            f" Its own `momentum` would be {short(momentum, 6)}, the weight of the {convention.momentum_weighs} value."
        )
    return words


# --- the lab -----------------------------------------------------------------------------------------------------


def mode_control(trains: bool) -> bool:
    """Whether training is asked for; the switch stands in the picture (assets/page.css).

    Where the layer does not train on the batch, a switch that stands still says what is shown, and what was asked is kept.
    """
    state = st.session_state
    with st.container(key="mode_in_picture", horizontal_alignment="right"):
        asked = state.get("mode") or st.query_params.get("mode")
        if not trains and asked != INFERENCE:
            state["mode"] = TRAINING
            st.segmented_control(
                "Mode",
                [TRAINING, INFERENCE],
                default=INFERENCE,
                key="_mode_shown",
                label_visibility="collapsed",
                disabled=True,
            )
            return True
        mode = choose_one("Mode", [TRAINING, INFERENCE], TRAINING, key="mode", label_visibility="collapsed")
    return mode == TRAINING


def describe_mode(training: bool, rows: int, layer: BatchNorm) -> str:
    batches = "1 batch" if layer.batches_seen == 1 else f"{layer.batches_seen} batches"
    if training and rows == 1:
        return (
            "Normalized with its own mean and variance: a single row is **its own mean**, so x̂ is 0 and y is β, whatever it "
            "is. In inference it is a batch like any other."
        )
    if training:
        return (
            f"Normalized with the mean and variance (÷ N) of **these {rows} rows**. Dashed: what it remembers of "
            f"{batches}."
        )
    return f"Normalized with the **moving averages after {batches}** (dashed): no row depends on another."


class Settings(NamedTuple):
    """What the reader sets in the lab that is shown in other parts of the page too: the batches seen, and how it is passed."""

    seen: int
    training: bool
    undone: bool
    gamma: tuple[float, ...]
    beta: tuple[float, ...]


def settings_now(features: int) -> Settings:
    state = st.session_state
    gamma, beta = (
        tuple(state.get(f"{kind}_{j}", default) for j in range(features))
        for kind, default in (("gamma", 1.0), ("beta", 0.0))
    )
    return Settings(
        state.get("seen", 1), state.get("mode", TRAINING) == TRAINING, state.get("undo", False), gamma, beta
    )


def has_to_show_elsewhere(drawn: Settings) -> bool:
    """Whether parts of the page beside the lab show something else by now: the averages, or what is taken home, if it is open."""
    now = settings_now(len(drawn.gamma))
    return now.seen != drawn.seen or (now != drawn and st.session_state.get("take_home", False))


@fragment
def lab(drawn_from: Desk, layer: BatchNorm, settings: Settings) -> None:
    """The picture and everything that answers to it. Only this runs again when something in it moves."""
    desk = desk_now() or drawn_from
    if desk.fields != drawn_from.fields or has_to_show_elsewhere(settings):
        st.rerun()
    x, names = desk.batch.values, desk.batch.names
    trains = layer.convention.takes(len(x))
    asked = mode_control(trains)
    training = asked and trains
    picture, between, cell = (st.container() for _ in range(3))  # filled when what stands below them has been read
    with cell:
        row, feature = cell_controls(len(x), names)
    gamma, beta, undone = exact_controls(layer, x, names, training)
    layer = replace(layer, gamma=gamma, beta=beta)
    trace = trace_of(layer, x, training)
    show_outputs(trace, names, undone=undone, key="outputs")
    if undone:
        explain_undoing(trace)
    with picture:
        show_stage(
            trace,
            layer,
            names[feature],
            (row, feature),
            undone=undone,
            ends=ENDS,
            key="stage",
            on_choose=choose_in_stage,
            on_change=partial(change_in_stage, training),
        )
    with between:
        if words := say_refusal(layer.convention, asked, len(x), num_rows(desk.learned)):
            st.warning(words)
        feed_controls(describe_mode(training, len(x), layer), layer.batches_seen, learns(layer, desk))
        prose("lab/features")
        show_features(trace, names, feature, undone=undone, key="features", on_front=bring_to_front)
        show_tables(trace, names, (row, feature), training, desk)
    with cell:
        show_calculation(trace, row, feature, layer.batches_seen)
    show_panels(trace, layer, names)


def trace_of(layer: BatchNorm, x: FloatArray, training: bool) -> Trace:
    return layer.train(x)[0] if training else layer.infer(x)


def learns(layer: BatchNorm, desk: Desk) -> bool:
    """Whether batches of the rows to learn from move what is remembered."""
    return layer.convention.takes(num_rows(desk.learned))


def feed_controls(words: str, seen: int, learning: bool) -> None:
    """What is normalized with, and beside it the batches that move what is remembered."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words)
        for count in (1, 10):
            st.button(
                f"Feed {count}", key=f"feed_{count}", on_click=see_batches, args=(seen + count,), disabled=not learning
            )


def bring_to_front() -> None:
    match told("features", "front"):
        case int(column) if name := point_at(0, column):
            st.session_state["feature"] = name


def reset_parameters(features: int) -> None:
    st.session_state["undo"] = False
    for j in range(features):
        st.session_state[f"gamma_{j}"] = 1.0
        st.session_state[f"beta_{j}"] = 0.0


def exact_controls(
    layer: BatchNorm, x: FloatArray, names: tuple[str, ...], training: bool
) -> tuple[FloatArray, FloatArray, bool]:
    """γ (C,) and β (C,), and whether they undo the normalization.

    Then they are √(σ² + ε) and μ, and the sliders rest, with the values that they had.
    """
    st.subheader("Exact values of γ and β", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        undone = st.toggle("Undo the normalization: γ = √(σ² + ε), β = μ", key="undo", bind="query-params")
        st.button("Reset γ and β", key="reset", on_click=reset_parameters, args=(len(names),))
    undoing = trace_of(layer, x, training) if undone else None
    gamma, beta = [], []
    # One grid for four features (assets/page.css): a column and a container for each would be ten more messages a move.
    for j, name in enumerate(names):
        if j % 4 == 0:
            grid = st.container(horizontal=True, key=f"parameters_{min(4, len(names))}_{j}")
        with grid:
            gamma.append(parameter("γ", name, f"gamma_{j}", 1.0, GAMMA_END, float(undoing.std[j]) if undoing else None))
            beta.append(parameter("β", name, f"beta_{j}", 0.0, BETA_END, float(undoing.mean[j]) if undoing else None))
    return np.array(gamma), np.array(beta), undone


def parameter(symbol: str, name: str, key: str, default: float, end: float, fixed_at: float | None) -> float:
    at = "" if fixed_at is None else f" = {fixed(fixed_at)}"
    value = st.slider(
        f"{symbol} of {plain(name)}{at}",
        -end,
        end,
        default,
        0.1,
        key=key,
        bind="query-params",
        disabled=fixed_at is not None,
    )
    return value if fixed_at is None else fixed_at


def choose_in_stage() -> None:
    if cell := told_cell("stage"):
        choose(*cell)


def change_in_stage(training: bool) -> None:
    """Take what was dragged: inputs go into the batch, parameters to their sliders."""
    moved = [each for each in told_changes("stage") if each[0] in ENDS]
    change([(row, feature, shortest(value)) for kind, row, feature, value in moved if kind == "x"], training)
    for kind, row, feature, value in moved:
        if kind != "x" and point_at(row, feature):
            st.session_state[f"{kind}_{feature}"] = min(max(value, -ENDS[kind]), ENDS[kind])


def explain_undoing(trace: Trace) -> None:
    others = (
        "Inference takes others, and so does the next batch"
        if trace.training
        else "Training takes others, anew for each batch"
    )
    st.success(
        r"The output is the input again: with $\gamma = \sqrt{\sigma^2 + \varepsilon}$ and $\beta = \mu$, "
        r"$y = \sqrt{\sigma^2 + \varepsilon} \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \mu = x$. "
        f"The largest difference is {short(float(np.abs(trace.y - trace.x).max()))}, which is rounding. {others}; a trained "
        "layer has one γ and one β for all of them."
    )


def show_tables(trace: Trace, names: tuple[str, ...], chosen: tuple[int, int], training: bool, desk: Desk) -> None:
    st.subheader("Every number", anchor=False)
    tables = [
        Table("x", "Input x", trace.x, editable=True),
        Table("x_hat", "Normalized x̂", trace.x_hat),
        Table("y", "Output y", trace.y),
    ]
    show_batch_tables(
        tables,
        names,
        chosen,
        note=read_prose("lab/tables"),
        key="tables",
        on_choose=choose_in_tables,
        on_edit=partial(edit_in_tables, training),
    )
    unchanged = desk.before is None
    st.button("Take back the last change of x", key="take_back", on_click=take_back_cells, disabled=unchanged)
    if desk.wrong.cell:
        st.error(f"{desk.wrong.cell} The cell keeps its value.")


def choose_in_tables() -> None:
    if cell := told_cell("tables"):
        choose(*cell)


def edit_in_tables(training: bool) -> None:
    if typed := told_text("tables"):
        change([typed], training)


def change(cells: list[tuple[int, int, str]], training: bool) -> None:
    if change_cells(cells, training):
        choose(*cells[-1][:2])


def choose(row: int, feature: int) -> None:
    if name := point_at(row, feature):
        st.session_state["row"] = row
        st.session_state["feature"] = name


def cell_controls(rows: int, names: tuple[str, ...]) -> tuple[int, int]:
    st.subheader("One cell, step by step", anchor=False)
    keep_row("row", rows)
    keep_name("feature", names)
    with st.container(horizontal=True):
        row = st.number_input("Row", 0, rows - 1, 0, key="row", bind="query-params", width=160)
        feature = st.selectbox("Feature", names, key="feature", bind="query-params", width=220)
    return row, names.index(feature)


def show_calculation(trace: Trace, row: int, feature: int, seen: int) -> None:
    tones = TONES.get(st.context.theme.type or "light", TONES["light"])
    panels = calculation(trace, row, feature, tones, seen)
    formulas = [
        f"**{number} {title}**\n\n$$\n{formula}\n$$" for number, (title, formula) in enumerate(panels.items(), 1)
    ]
    st.container(border=True, key="calculation").markdown("\n\n".join(formulas))


def show_panels(trace: Trace, layer: BatchNorm, names: tuple[str, ...]) -> None:
    x = trace.x
    batch_used, moving_used = (" (used)", "") if trace.training else ("", " (used)")
    # Beside the variance ÷ N the one that the convention averages, or PyTorch's where that is ÷ N.
    other = layer.convention if layer.convention.running_var_ddof else CONVENTIONS["pytorch"]
    of_n, of_other = (" (averaged)", "") if other is not layer.convention else ("", " (averaged)")
    corrected = x.var(axis=0) * other.correction(len(x), layer.eps)
    rows = [
        (f"batch mean{batch_used}", x.mean(axis=0)),
        (f"batch variance, ÷ N{batch_used}{of_n}", x.var(axis=0)),
        *[(f"batch variance, ÷ {other.divisor}{of_other}", corrected)] * (len(x) > 1),  # one row has none
        ("γ (learned)", layer.gamma),
        ("β (learned)", layer.beta),
        (f"moving mean{moving_used}", layer.running_mean),
        (f"moving variance{moving_used}", layer.running_var),
    ]
    st.html(statistics_table(rows, names, title="Batch statistics, parameters, moving statistics"))


@fragment
def take_it_home(desk: Desk, layer: BatchNorm) -> None:
    """Link, tables and code of the pass with these settings; computed when it is opened."""
    panel = st.expander("Take it home: link, tables, code", key="take_home", on_change="rerun")
    if not panel.open:
        return
    x, names = desk.batch.values, desk.batch.names
    settings = settings_now(len(names))
    training = settings.training and layer.convention.takes(len(x))
    layer = replace(layer, gamma=np.array(settings.gamma), beta=np.array(settings.beta))
    if settings.undone:
        undoing = trace_of(layer, x, training)
        layer = replace(layer, gamma=undoing.std, beta=undoing.mean)
    trace = trace_of(layer, x, training)
    with panel:
        prose("lab/link")
        take_home.show(trace, layer, names)


# --- moving averages ---------------------------------------------------------------------------------------------


def batches_seen_controls(learning: bool) -> int:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seen = st.number_input("Batches seen", 0, MAX_BATCHES, 1, key="seen", bind="query-params", width=140)
        st.button("Feed 100", key="feed_100", on_click=see_batches, args=(seen + 100,), disabled=not learning)
        st.button("Forget all", key="forget", on_click=see_batches, args=(0,))
    return seen


def see_batches(count: int) -> None:
    st.session_state["seen"] = min(count, MAX_BATCHES)


def show_averages(
    history: History, true_mean: FloatArray, true_var: FloatArray, names: tuple[str, ...], drawn: bool
) -> None:
    keep_name("averaged", names)
    name = st.selectbox("Feature", names, key="averaged", bind="query-params", width=220)
    feature = names.index(name)
    st.markdown(remembered.describe(history, feature, plain(name), float(true_mean[feature]), drawn=drawn))
    pictures = (
        ("mean", history.mean, history.batch_mean, true_mean),
        ("variance", history.var, history.batch_var, true_var),
    )
    for column, (statistic, moving, batch, truth) in zip(st.columns(2), pictures, strict=True):
        data = (moving[:, feature], batch[:, feature], float(truth[feature]))
        title = f"{statistic} of {name}"
        alt = averages.describe(*data, statistic=title)
        picture = reels.still(f"moving_{statistic}", averages.draw(*data, statistic=title), alt)
        film.show(column, (picture, 0), key=f"averages_{statistic}")  # Plotly's script would hold up the page: 4.6 MB


# --- the page ----------------------------------------------------------------------------------------------------

with frame("lab"):
    middle, below = st.container(), st.container()
    desk, layer = setup()
    with below:
        st.subheader("Moving averages", anchor=False)
        seen = batches_seen_controls(learns(layer, desk))
    history, true_mean, true_var = moving_averages(desk.learned, layer, seen)
    settings = settings_now(len(desk.batch.names))
    with middle:
        lab(desk, history.layer, settings)
    with below:
        show_averages(history, true_mean, true_var, desk.batch.names, isinstance(desk.learned, Drawn))
        take_it_home(desk, history.layer)
        on_demand(YOUR_LAYER, partial(your_layer, desk.batch), key="yl_open")
