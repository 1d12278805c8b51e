"""The lab: one batch on its way through batch normalization."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from bn import CONVENTIONS, DISTRIBUTIONS, BatchNorm, Convention, Feature, FloatArray, History, Trace
from ui import charts
from ui.batch import reading, take_home
from ui.batch.reading import BatchError, OwnBatch
from ui.batch.sources import EXAMPLE_BATCH, Drawn, Setup, Source, first_batch, moving_averages, num_features, num_rows
from ui.choice import choose_one, keep_name, keep_row
from ui.figures import averages
from ui.frame import fragment, frame
from ui.links import MAX_BATCH_IN_LINK
from ui.live.messages import told_cell, told_changes, told_text
from ui.live.stage import show_stage
from ui.live.tables import Table, show_batch_tables, statistics_table
from ui.numbers import fixed, shortest
from ui.plain import plain
from ui.studies.calculation import TONES, calculation
from ui.words import prose, read_prose

EXAMPLE_TAB, DRAWN_TAB, OWN_TAB = "Example", "Drawn", "Your own"
MAX_FEATURES = reading.MAX_COLUMNS
MAX_BATCHES = 1000
PLACES = (0.0, 13.0, 18.0, 30.0, -6.0, 5.0, 50.0, -20.0)  # where each drawn feature lies
SCALES = (2.5, 2.0, 4.0, 4.0, 1.0, 0.5, 10.0, 6.0)  # and how far it spreads
SHAPES = ("normal", "uniform", "skewed", "two peaks", "one outlier", "dead feature", "normal", "normal")
SHAPE_NAMES = [distribution.name for distribution in DISTRIBUTIONS.values()]
BY_NAME = {convention.name: convention for convention in CONVENTIONS.values()}
EPSILONS = (0.0, 1e-12, 1e-8, 1e-5, 1e-3, 0.1, 1.0, 10.0)
PLAIN_MEAN = "plain mean"
DECAYS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0, PLAIN_MEAN)
TRAINING, INFERENCE = "Training", "Inference"
# Constant: a slider with other ends is another widget to Streamlit, which forgets its value and its place in the link.
GAMMA_END, BETA_END = 5.0, 10.0
ENDS = {"gamma": GAMMA_END, "beta": BETA_END, "x": reading.MAX_MAGNITUDE}


# --- the panel at the side ---------------------------------------------------------------------------------------


def setup() -> Setup:
    with st.sidebar:
        st.header("Set up", anchor=False)
        shown, learned = batch_controls()
        layer = able_to_average(layer_controls(num_features(shown)), shown, learned)
    return Setup(first_batch(shown), learned, layer)


def batch_controls() -> tuple[Source, Source]:
    """Where the batch that is shown comes from, and where those come from that the moving averages are learned from."""
    tabs = st.tabs([EXAMPLE_TAB, DRAWN_TAB, OWN_TAB], key="source", bind="query-params")
    with tabs[0]:
        prose("lab/example")
    with tabs[1]:
        drawn = drawn_controls()
    with tabs[2]:
        own, learned = own_controls(drawn)
    chosen = st.session_state.get("source")
    if chosen == DRAWN_TAB:
        keep_good(drawn, drawn)
    elif chosen == OWN_TAB and own is not None:
        keep_good(own, learned or own)
    elif chosen == EXAMPLE_TAB or "_last_good" not in st.session_state:
        keep_good(EXAMPLE_BATCH, EXAMPLE_BATCH)
    return st.session_state["_last_good"], st.session_state["_last_learned"]


def keep_good(shown: Source, learned: Source) -> None:
    """Remember what can be shown, for as long as what the reader types next cannot."""
    st.session_state["_last_good"] = shown
    st.session_state["_last_learned"] = learned


def drawn_controls() -> Drawn:
    left, right = st.columns(2)
    batch_size = left.number_input("Batch size", 1, reading.MAX_ROWS, 8, key="n", bind="query-params")
    count = right.number_input("Features", 1, MAX_FEATURES, 4, key="c", bind="query-params")
    seed = left.number_input("Seed", 0, 999_999, 0, key="seed", bind="query-params")
    right.space("small")
    right.button("New batch", on_click=next_seed, width="stretch", help="The same distributions with the next seed.")
    shapes = [
        st.selectbox(f"F{j}", SHAPE_NAMES, SHAPE_NAMES.index(SHAPES[j]), key=f"shape_{j}", bind="query-params")
        for j in range(count)
    ]
    keys = list(DISTRIBUTIONS)
    features = tuple(Feature(keys[SHAPE_NAMES.index(name)], PLACES[j], SCALES[j]) for j, name in enumerate(shapes))
    return Drawn(features, batch_size, seed)


def next_seed() -> None:
    st.session_state["seed"] = (st.session_state.get("seed", 0) + 1) % 1_000_000


def own_controls(drawn: Drawn) -> tuple[OwnBatch | None, Source | None]:
    """The reader's own batch, and another that the layer learned from; None for what there is not or cannot be read."""
    st.file_uploader("Upload a CSV", type=["csv", "txt", "tsv"], key="upload", on_change=take_upload)
    if problem := st.session_state.pop("_upload_problem", None):
        st.error(problem)
    text = st.session_state.get("batch", "")
    fits = len(text) + len(st.session_state.get("learned", "")) <= MAX_BATCH_IN_LINK
    text = st.text_area(
        "Or paste rows of numbers",
        height=160,
        key="batch",
        placeholder="age, distance\n3, 42000\n12, 180000",
        bind="query-params" if fits else None,
        on_change=forget_learned,
    )
    st.markdown(
        f":small[1-{reading.MAX_ROWS} rows, 1-{MAX_FEATURES} columns, with or without a line of "
        "names. Or drag a blue dot, or double-click a cell of the input table.]"
    )
    learned = st.text_area(
        "The averages were learned from",
        height=80,
        key="learned",
        placeholder="the same batch",
        bind="query-params" if fits else None,
        help=f"Rows of numbers with the same columns, “{EXAMPLE_TAB}” or “{DRAWN_TAB}”. A cell that is changed in "
        "inference puts here what the layer had seen before, since inference does not learn.",
    )
    if not fits:
        st.warning(
            f"This batch does not fit into a link: it has {len(text):,} characters, and {MAX_BATCH_IN_LINK:,} fit. "
            "The link holds every other setting, and a reload loses the batch. To keep it or pass it on, save input.csv "
            "under “Take it home”."
        )
    own = read_own(text)
    return own, read_learned(learned, drawn, own)


def read_own(text: str) -> OwnBatch | None:
    try:
        return reading.parse_batch(text)
    except BatchError as problem:
        if st.session_state.get("source") == OWN_TAB:
            (st.error if text.strip() else st.info)(f"{problem} Until then the last good batch is shown.")
        return None


def read_learned(text: str, drawn: Drawn, own: OwnBatch | None) -> Source | None:
    if own is None or not text.strip():
        return None
    try:
        named: dict[str, Source] = {EXAMPLE_TAB: EXAMPLE_BATCH, DRAWN_TAB: drawn}
        learned = named.get(text.strip()) or reading.parse_batch(text)
        if num_features(learned) != len(own.names):
            raise BatchError(
                f"It has {num_features(learned)} columns and the batch has {len(own.names)}. Give it as many."
            )
    except BatchError as problem:
        if st.session_state.get("source") == OWN_TAB:
            st.error(f"To learn from: {problem} Until then the averages are learned from the batch itself.")
        return None
    return learned


def forget_learned() -> None:
    """A new batch is a new start."""
    st.session_state["learned"] = ""


def take_upload() -> None:
    upload = st.session_state["upload"]
    if upload is None:
        return
    try:
        text = reading.decode_upload(upload.getvalue())
        reading.parse_batch(text)
    except BatchError as problem:
        st.session_state["_upload_problem"] = f"{plain(upload.name)}: {problem}"
    else:
        st.session_state["batch"] = text
        forget_learned()


def layer_controls(features: int) -> BatchNorm:
    st.divider()
    name = st.selectbox("Convention", list(BY_NAME), key="convention", bind="query-params", on_change=take_defaults)
    convention = BY_NAME[name]
    at = EPSILONS.index(convention.eps)
    eps = st.selectbox("ε, added to the variance", EPSILONS, at, key="eps", bind="query-params")
    at = DECAYS.index(default_decay(convention))
    decay = st.selectbox("Decay, the weight of the old average", DECAYS, at, key="decay", bind="query-params")
    layer = BatchNorm.create(features, convention, channel_axis=1)
    layer = replace(layer, eps=eps, decay=None if decay == PLAIN_MEAN else decay)
    st.markdown(f":small[{describe_convention(layer)}]")
    return layer


def able_to_average(layer: BatchNorm, *sources: Source) -> BatchNorm:
    """The layer, with its convention's own ε where it cannot average the variance of these batches with the chosen one."""
    try:
        for source in sources:
            layer.convention.correction(num_rows(source), layer.eps)
    except ValueError as problem:
        st.error(f"{plain(str(problem))}. Until then ε = {layer.convention.eps:g} is used.")
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
    words = f"{convention.name} normalizes with the variance ÷ N and averages the variance ÷ {convention.divisor}."
    if not convention.names_eps:
        words += f" It names no ε; {convention.eps:g} is what most frameworks take."
    if momentum is not None:
        words += f" Its own `momentum` would be {momentum:.6g}, the weight of the {convention.momentum_weighs} value."
    return words


# --- the lab -----------------------------------------------------------------------------------------------------


def mode_control() -> bool:
    mode = choose_one("Mode", [TRAINING, INFERENCE], TRAINING, key="mode", label_visibility="collapsed")
    return mode == TRAINING


def say_refusal(convention: Convention, training: bool, shown: int, learned: int) -> str:
    """What a convention that does not train on one row makes of it here; empty where it need not."""
    words = []
    if training and not convention.takes(shown):
        words.append(
            f"{convention.name} refuses to train on one row, which would become 0 whatever it is. Shown is **inference**, "
            "where it is a batch like any other."
        )
    if not convention.takes(learned):
        words.append(
            "Batches of one row teach the layer nothing, so its moving mean is still 0 and its moving variance 1; rows to "
            "learn from can be given in the panel at the side."
        )
    return " ".join(words)


def describe_mode(training: bool, rows: int, layer: BatchNorm, learns: bool) -> str:
    if training and rows == 1:
        return (
            "Normalized with its own mean and variance: a single row is **its own mean**, so x̂ is 0 and y is β, whatever it "
            "is. In inference it is a batch like any other."
        )
    if training:
        return (
            f"Normalized with the mean and variance (÷ N) of **these {rows} rows**: solid line, band of one std to each "
            "side. Every row depends on all others."
        )
    batches = "1 batch" if layer.batches_seen == 1 else f"{layer.batches_seen} batches"
    return (
        f"Normalized with the **moving averages after {batches}**: dashed line and band. No row depends on another."
        + (" While the line is not amid the dots, feed more batches." if learns else "")
    )


@fragment
def lab(batch: OwnBatch, layer: BatchNorm, training: bool) -> None:
    """Everything that answers to γ, β and the chosen cell. Only this runs again when one of them moves."""
    if st.session_state.pop("_batch_changed", False):
        st.rerun()
    x, names = batch.values, batch.names
    stage, sliders = st.container(), st.container()  # filled when what stands below them has been read
    undone, own_axes = stage_controls(len(names))
    with sliders:
        gamma, beta = parameter_controls(names, trace_of(layer, x, training) if undone else None)
    layer = replace(layer, gamma=gamma, beta=beta)
    trace = trace_of(layer, x, training)
    if undone:
        explain_undoing(trace)
    tables = st.container()
    st.subheader("One cell, step by step", anchor=False)
    row, feature = cell_controls(len(x), names)
    with stage:
        show_stage(
            trace,
            names,
            (row, feature),
            undone=undone,
            own_axes=own_axes,
            ends=ENDS,
            key="stage",
            on_choose=choose_in_stage,
            on_change=change_in_stage,
        )
    with tables:
        show_tables(trace, names, (row, feature))
    show_calculation(trace, row, feature, layer.batches_seen)
    show_panels(trace, layer, names)
    take_it_home(trace, layer, names)


def trace_of(layer: BatchNorm, x: FloatArray, training: bool) -> Trace:
    return layer.train(x)[0] if training else layer.infer(x)


def stage_controls(features: int) -> tuple[bool, bool]:
    with st.container(horizontal=True, vertical_alignment="center"):
        undone = st.toggle("Undo the normalization: γ = √(σ² + ε), β = μ", key="undo", bind="query-params")
        own_axes = st.toggle("Own axis for each stage", key="own_axes", bind="query-params")
        st.button("Reset γ and β", key="reset", on_click=reset_parameters, args=(features,))
        st.button(
            "Take back the last change of x",
            key="take_back",
            on_click=take_back_edit,
            disabled="_before_edit" not in st.session_state,
        )
    return undone, own_axes


def reset_parameters(features: int) -> None:
    st.session_state["undo"] = False
    for j in range(features):
        st.session_state[f"gamma_{j}"] = 1.0
        st.session_state[f"beta_{j}"] = 0.0


def parameter_controls(names: tuple[str, ...], undoing: Trace | None) -> tuple[FloatArray, FloatArray]:
    """γ (C,) and β (C,), beneath the picture of each feature.

    Undoing a trace, they are its √(σ² + ε) and μ, and the sliders rest, with the values that they had.
    """
    gamma, beta = [], []
    # One grid for all (assets/page.css): a column and a container for each would be ten more messages for every move.
    with st.container(horizontal=True, key=f"parameters_{min(4, len(names))}"):
        for j, name in enumerate(names):
            gamma.append(parameter("γ", name, f"gamma_{j}", 1.0, GAMMA_END, float(undoing.std[j]) if undoing else None))
            beta.append(parameter("β", name, f"beta_{j}", 0.0, BETA_END, float(undoing.mean[j]) if undoing else None))
    return np.array(gamma), np.array(beta)


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


def change_in_stage() -> None:
    """Take what was dragged: parameters go to their sliders, inputs into the batch."""
    moved = []
    for kind, row, feature, value in told_changes("stage"):
        if kind not in ENDS or not exists(row, feature):
            continue
        if kind == "x":
            moved.append((row, feature, shortest(value)))
        else:
            end = ENDS[kind]
            st.session_state[f"{kind}_{feature}"] = min(max(value, -end), end)
    if moved:
        change_cells(moved)


def explain_undoing(trace: Trace) -> None:
    st.success(
        r"The output is the input again: with $\gamma = \sqrt{\sigma^2 + \varepsilon}$ and $\beta = \mu$, "
        r"$y = \sqrt{\sigma^2 + \varepsilon} \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \mu = x$. "
        f"The largest difference is {float(np.abs(trace.y - trace.x).max()):.1e}, which is rounding."
    )


def show_tables(trace: Trace, names: tuple[str, ...], chosen: tuple[int, int]) -> None:
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
        on_edit=edit_in_tables,
    )
    if problem := st.session_state.pop("_edit_problem", None):
        st.error(f"{problem} The cell keeps its value.")
    st.session_state["_shown"] = OwnBatch(trace.x, names)


def choose_in_tables() -> None:
    if cell := told_cell("tables"):
        choose(*cell)


def choose(row: int, feature: int) -> None:
    if exists(row, feature):
        st.session_state["row"] = row
        st.session_state["feature"] = st.session_state["_shown"].names[feature]


def edit_in_tables() -> None:
    typed = told_text("tables")
    if typed and exists(*typed[:2]):
        change_cells([typed])


def change_cells(cells: list[tuple[int, int, str]]) -> None:
    """Make the batch with these cells changed the reader's own. Inference does not learn, so it keeps its averages."""
    state = st.session_state
    changed = state["_shown"]
    try:
        for row, feature, text in cells:
            changed = reading.with_cell(changed, row, feature, text)
    except BatchError as problem:
        state["_edit_problem"] = str(problem)
        return
    before = {key: state[key] for key in ("source", "batch", "learned")}
    if state["mode"] == TRAINING:
        state["learned"] = ""
    elif before["source"] != OWN_TAB:
        state["learned"] = before["source"]
    elif not before["learned"].strip():
        state["learned"] = before["batch"]
    state["batch"] = reading.write_batch(changed)
    state["source"] = OWN_TAB
    state["_before_edit"] = before
    state["_batch_changed"] = True
    choose(*cells[-1][:2])


def take_back_edit() -> None:
    for key, value in st.session_state.pop("_before_edit", {}).items():
        st.session_state[key] = value
    st.session_state["_batch_changed"] = True


def exists(row: int, feature: int) -> bool:
    """Whether the batch has this cell; it may have shrunk or been forgotten since the browser was told of it."""
    state = st.session_state
    if any(key not in state for key in ("_shown", "source", "batch", "learned", "mode")):
        return False
    rows, features = state["_shown"].values.shape
    return row in range(rows) and feature in range(features)


def cell_controls(rows: int, names: tuple[str, ...]) -> tuple[int, int]:
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


def take_it_home(trace: Trace, layer: BatchNorm, names: tuple[str, ...]) -> None:
    panel = st.expander("Take it home: link, tables, code", key="take_home", on_change="rerun")
    if not panel.open:
        return
    with panel:
        prose("lab/link")
        with st.container(horizontal=True):
            for title, values in (("input", trace.x), ("normalized", trace.x_hat), ("output", trace.y)):
                download(title, values, names)
        for tab, write in zip(st.tabs(list(take_home.WRITERS)), take_home.WRITERS.values(), strict=True):
            with tab:
                take_home.show_code(write(trace, layer))


def download(title: str, values: FloatArray, names: tuple[str, ...]) -> None:
    contents: Callable[[], str] = lambda: take_home.table_csv(values, names)  # noqa: E731
    st.download_button(f"{title}.csv", contents, f"{title}.csv", "text/csv", key=f"csv_{title}", on_click="ignore")


# --- moving averages ---------------------------------------------------------------------------------------------


def batches_seen_controls() -> int:
    seen = st.number_input("Batches seen", 0, MAX_BATCHES, 1, key="seen", bind="query-params", width=140)
    for count in (1, 10, 100):
        st.button(f"Feed {count}", key=f"feed_{count}", on_click=see_batches, args=(seen + count,))
    st.button("Forget all", key="forget", on_click=see_batches, args=(0,))
    return seen


def see_batches(count: int) -> None:
    st.session_state["seen"] = min(count, MAX_BATCHES)


def show_averages(
    history: History, true_mean: FloatArray, true_var: FloatArray, names: tuple[str, ...], drawn: bool
) -> None:
    st.subheader("Moving averages", anchor=False)
    keep_name("averaged", names)
    name = st.selectbox("Feature", names, key="averaged", bind="query-params", width=220)
    feature = names.index(name)
    st.markdown(describe_averages(history, float(true_mean[feature]), feature, name, drawn))
    pictures = (
        ("mean", history.mean, history.batch_mean, true_mean),
        ("variance", history.var, history.batch_var, true_var),
    )
    for column, (statistic, moving, batch, truth) in zip(st.columns(2), pictures, strict=True):
        data = (moving[:, feature], batch[:, feature], float(truth[feature]))
        title = f"{statistic} of {name}"
        alt = averages.describe(*data, statistic=title)
        charts.show(column, averages.draw(*data, statistic=title), key=f"averages_{statistic}", alt=alt)


def describe_averages(history: History, truth: float, feature: int, name: str, drawn: bool) -> str:
    layer, seen = history.layer, history.layer.batches_seen
    start = (0.0 if seen else 1.0) if layer.decay is None else layer.decay**seen
    source = (
        "Further batches are drawn from the same distributions."
        if drawn
        else "Further batches are rows of the first, drawn with replacement, so the truth is the first one's own mean and "
        "variance (÷ N)."
    )
    short = "" if layer.convention.running_var_ddof else " A batch's variance ÷ N is on average 1/N short of the truth."
    return (
        f"After {seen} {'batch' if seen == 1 else 'batches'} the moving mean of {plain(name)} is "
        f"**{fixed(float(history.mean[-1, feature]))}**; the true mean is {fixed(truth)}. The start, mean 0 and variance 1, "
        f"still weighs {start:.3%}. {source}{short} Dots are batches, the dashed line is the moving average, the thin line "
        "is the truth."
    )


# --- the page ----------------------------------------------------------------------------------------------------

with frame("lab"):
    head, middle, below = (st.container() for _ in range(3))
    chosen = setup()
    names = chosen.batch.names
    with head.container(horizontal=True, vertical_alignment="bottom"):
        training = mode_control()
        seen = batches_seen_controls()
    history, true_mean, true_var = moving_averages(chosen.source, chosen.layer, seen)
    rows = len(chosen.batch.values)
    if refusal := say_refusal(chosen.layer.convention, training, rows, num_rows(chosen.source)):
        head.warning(refusal)
        training = training and chosen.layer.convention.takes(rows)
    learns = chosen.layer.convention.takes(num_rows(chosen.source))
    head.markdown(describe_mode(training, rows, history.layer, learns))
    with middle:
        lab(chosen.batch, history.layer, training)
    with below:
        show_averages(history, true_mean, true_var, names, isinstance(chosen.source, Drawn))
