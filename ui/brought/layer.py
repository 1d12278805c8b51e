"""A layer of the reader's own, as it is stored: its output for their rows, and what the usual mistakes would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import streamlit as st

from bn import CONVENTIONS, ORDERS, BatchNorm, Convention, FloatArray, Unsure, next_averages, stored_outputs
from ui.batch.desk import sentence
from ui.batch.reading import OwnBatch
from ui.brought.checking import WAYS, Checked, Typed, check
from ui.brought.reading import BETA, GAMMA, MAX_TEXT, MEAN, VAR, VECTORS, LayerError, layers_in, read_printout
from ui.brought.verdict import MISTAKES, RIGHT, example_layer, say_about, say_verdict, table_of_mistakes
from ui.catalogue import LAYER
from ui.choice import keep_name, keep_row
from ui.frame import fragment
from ui.links import MAX_BATCH_IN_LINK
from ui.live.messages import told_cell
from ui.live.tables import Table, show_batch_tables, statistics_table
from ui.numbers import exact, short, shortest
from ui.plain import plain
from ui.words import prose, read_prose

WITH_MOMENTUM = {each.name: each for each in CONVENTIONS.values() if each.momentum_weighs}
CALLED = {
    "pytorch": ("weight", "bias", "running_mean", "running_var"),
    "keras": ("gamma", "beta", "moving_mean", "moving_variance"),
    "keras2": ("gamma", "beta", "moving_mean", "moving_variance"),
    "flax": ("scale", "bias", "mean", "var"),
    "onnx": ("scale", "B", "input_mean", "input_var"),
}
KEYS = {name: f"yl_{name}" for name in (*VECTORS, "eps", "decay")}
LABELS = {GAMMA: "γ", BETA: "β", MEAN: "Moving mean", VAR: "Moving variance"}
USUAL = {GAMMA: "1 for each feature", BETA: "0 for each feature", MEAN: "0 for each feature", VAR: "1 for each feature"}
TEXTS = (*KEYS.values(), "yl_got")
PASTE, CHOSEN = "yl_paste", "yl_layer"  # a printout, and which of its layers
KEPT = "_own_layer"


@dataclass(frozen=True, eq=False)
class Kept:
    """What the session keeps of the reader's layer.

    texts: what the fields said last, and the framework; good: the last layer that could be used.
    said: what was assumed of a paste, which `of` are the fields that it filled; wrong: why the last paste could not be read.
    """

    texts: tuple[tuple[str, str], ...] = ()
    good: tuple[BatchNorm, Unsure] | None = None
    said: tuple[str, ...] = ()
    of: Typed | None = None
    wrong: str = ""


def _kept() -> Kept:
    kept: Kept = st.session_state.get(KEPT) or Kept()
    return kept


def _keep(kept: Kept) -> None:
    st.session_state[KEPT] = kept


@fragment
def your_layer(batch: OwnBatch) -> None:
    """The fields of the layer, what is wrong with them, and the answer for the rows of a batch."""
    prose("lab/your_layer")
    _come_back()
    convention = _framework()
    typed = _fields(batch)
    x, names = batch.values, batch.names
    checked = check(typed, convention, names, x)
    _say(checked, typed)
    good = _usable(checked, len(names))
    if good is not None:
        _answer(*good, x, names)


# --- the fields --------------------------------------------------------------------------------------------------


def _come_back() -> None:
    """On a page where nothing was typed yet, show the layer that was typed last, be it on the other."""
    state, link = st.session_state, st.query_params
    if any(key in state or key in link for key in LAYER):
        return
    for key, text in _kept().texts:
        if text:
            state[key] = link[key] = text


def _framework() -> Convention:
    names = list(WITH_MOMENTUM)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("It comes from", names, key="yl_from", bind="query-params", width=140, on_change=_defaults)
        eps = st.text_input(
            "ε of your layer", key=KEYS["eps"], bind="query-params", width=180, placeholder="as by default"
        )
        decay = st.text_input(
            "Its decay, the weight of the old average",
            key=KEYS["decay"],
            bind="query-params",
            width=260,
            placeholder="as by default",
        )
    convention = WITH_MOMENTUM[name]
    called = ", ".join(f"`{each}`" for each in CALLED[next(key for key in CALLED if CONVENTIONS[key] is convention)])
    usual = (
        ""
        if eps.strip() and decay.strip()
        else (
            f" By default ε is {exact(convention.eps)} and the decay {exact(convention.decay or 0.0)}"
            + (
                f" (its `momentum` {short(1 - (convention.decay or 0.0), 3)} weighs the new value)."
                if convention.momentum_weighs == "new"
                else "."
            )
        )
    )
    st.markdown(f":small[{name} calls the four vectors {called}.{usual}]")
    return convention


def _defaults() -> None:
    st.session_state[KEYS["eps"]] = st.session_state[KEYS["decay"]] = ""


def _fields(batch: OwnBatch) -> Typed:
    """The four vectors, each in a field, and a place for a printout of all of them."""
    bind = _in_link()
    with st.container(key="layer_vectors"):
        for name in VECTORS:
            st.text_area(LABELS[name], height=68, key=KEYS[name], placeholder=USUAL[name], bind=bind)
    if bind is None:
        st.warning("This layer does not fit into a link beside the rows; a reload loses it.")
    st.text_area(
        "Or paste all four at once",
        height=68,
        key="yl_paste",
        on_change=_take_paste,
        args=(batch.values.shape[1],),
        bind=_in_link(PASTE),
        max_chars=MAX_TEXT,
        placeholder="print(layer.state_dict()), layer.get_weights(), or four lines: γ, β, moving mean, moving variance",
    )
    if wrong := _kept().wrong:
        st.error(f"{sentence(wrong)} The fields stay as they are.")
    _choose_layer()
    st.button("Fill in an example", key="yl_example", on_click=_fill, args=(example_layer(batch.values),))
    return _typed_now()


def _in_link(*more: str) -> Literal["query-params"] | None:
    """Whether what was typed, and what stands in these fields, fits into a link beside the rows."""
    length = sum(len(st.session_state.get(key) or "") for key in (*TEXTS, *more, "batch", "learned"))
    return "query-params" if length <= MAX_BATCH_IN_LINK else None


def _choose_layer() -> None:
    """Of a printout with several layers, which stays where it was pasted: the one that the fields hold."""
    layers = layers_in(st.session_state.get(PASTE) or "")
    if len(layers) < 2:
        st.query_params.pop(CHOSEN, None)
        return
    bind = _in_link(PASTE)
    keep_name(CHOSEN, layers)
    if bind and CHOSEN in st.session_state and CHOSEN not in st.query_params:
        st.query_params[CHOSEN] = st.session_state[CHOSEN]  # a widget that is new leaves what it has out of the link
    st.selectbox(f"Which of its {len(layers)} layers", layers, key=CHOSEN, bind=bind, on_change=_take_paste, width=300)
    if bind is None:
        st.markdown(":small[The link holds the vectors of this layer, and not the whole printout.]")


def _take_paste(features: int = 0) -> None:
    """Let the fields say what was pasted, or say why they cannot."""
    state = st.session_state
    text = state.get(PASTE) or ""
    if not text.strip():
        _keep(replace(_kept(), wrong=""))
        return
    try:
        found = read_printout(text, state.get(CHOSEN) or "", features)
    except LayerError as problem:
        _keep(replace(_kept(), wrong=str(problem)))
        return
    _fill({name: vector.texts for name, vector in found.vectors.items()})
    if found.eps:
        state[KEYS["eps"]] = found.eps
    if len(found.layers) > 1:
        state[CHOSEN] = found.layer
    else:
        state[PASTE] = ""
    _keep(replace(_kept(), said=found.notes, of=_typed_now(), wrong=""))


def _fill(vectors: Mapping[str, Sequence[str]]) -> None:
    for name in VECTORS:
        st.session_state[KEYS[name]] = ", ".join(vectors.get(name, ()))
    _keep(replace(_kept(), said=(), wrong=""))


def _typed_now() -> Typed:
    return Typed(*(st.session_state.get(key) or "" for key in KEYS.values()))


def _reorder(order: str) -> None:
    """Put the texts of the fields into another order."""
    texts = [st.session_state.get(KEYS[name]) or "" for name in VECTORS]
    for name, at in zip(VECTORS, ORDERS[order], strict=True):
        st.session_state[KEYS[name]] = texts[at]


def _say(checked: Checked, typed: Typed) -> None:
    """What is wrong, what is strange, and the button that puts another order."""
    kept = _kept()
    said = kept.said if kept.of and kept.of[:4] == typed[:4] else ()
    for note in (*said, *checked.notes):
        st.markdown(f":small[{sentence(note)}]")
    if checked.order != "as given":
        what, button = WAYS[checked.order]
        st.warning(f"The numbers look as if {what}.")
        st.button(button, key="yl_reorder", on_click=_reorder, args=(checked.order,))
    if checked.problems:
        st.error("\n\n".join(map(sentence, checked.problems)))


def _usable(checked: Checked, features: int) -> tuple[BatchNorm, Unsure] | None:
    """The layer, or the last good one for as many features; and keep what the fields say for the other page."""
    good = (checked.layer, checked.unsure) if checked.layer else _kept().good
    if good is not None and len(good[0].gamma) != features:
        good = None
    texts = tuple((key, st.session_state.get(key) or "") for key in LAYER)
    _keep(replace(_kept(), texts=texts, good=good))
    if checked.layer is None:
        st.info(
            "Until then the answer is that of the last good layer."
            if good
            else "With four vectors that fit, the answer stands here."
        )
    return good


# --- the answer --------------------------------------------------------------------------------------------------


def _answer(layer: BatchNorm, unsure: Unsure, x: FloatArray, names: Sequence[str]) -> None:
    found = stored_outputs(layer, x)
    keep_row("yl_row", len(x))
    keep_name("yl_feature", names)
    options = [MISTAKES[name].name for name in found if name != RIGHT]
    keep_name("yl_beside", options)
    shown = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row = st.number_input("Chosen row", 0, len(x) - 1, 0, key="yl_row", bind="query-params", width=120)
        feature = st.selectbox("Chosen feature", names, key="yl_feature", bind="query-params", width=160)
        chosen = st.selectbox("Beside it", options, key="yl_beside", bind="query-params", width=300)
    cell = (row, names.index(feature))
    beside = next(name for name in found if name != RIGHT and MISTAKES[name].name == chosen)
    with shown:
        show_batch_tables(
            [
                Table("yl_x", "Input x", x),
                Table("yl_y", "Output y in inference", found[RIGHT]),
                Table("yl_wrong", f"y with {MISTAKES[beside].name}", found[beside]),
            ],
            names,
            cell,
            note=read_prose("lab/your_tables"),
            key="yl_tables",
            on_choose=partial(_choose, len(x), tuple(names)),
            on_edit=_nothing,
        )
    st.markdown(say_about(beside, layer))
    if beside == "momentum":
        _show_averages(layer, x, names)
    st.markdown(table_of_mistakes(found, cell, f"row {row}, {plain(feature)}"))
    _verdict(found, layer, unsure, x, cell, names)


def _choose(rows: int, names: tuple[str, ...]) -> None:
    cell = told_cell("yl_tables")
    if cell and cell[0] in range(rows) and cell[1] in range(len(names)):
        st.session_state["yl_row"] = cell[0]
        st.session_state["yl_feature"] = names[cell[1]]


def _nothing() -> None:
    """These tables show what is computed; nobody types into them."""


def _show_averages(layer: BatchNorm, x: FloatArray, names: Sequence[str]) -> None:
    after = next_averages(layer, x)
    keep = layer.decay or 0.0
    rows = [
        ("moving mean, stored", layer.running_mean),
        (f"after these rows, decay {exact(keep)}", after.mean),
        (f"the other way round, {exact(round(1 - keep, 12))}", after.mean_turned),
        ("moving variance, stored", layer.running_var),
        (f"after these rows, decay {exact(keep)}", after.var),
        (f"the other way round, {exact(round(1 - keep, 12))}", after.var_turned),
    ]
    divisor = layer.convention.divisor
    st.html(statistics_table(rows, names, title=f"What one more batch makes of the averages (variance ÷ {divisor})"))


def _verdict(
    found: dict[str, FloatArray],
    layer: BatchNorm,
    unsure: Unsure,
    x: FloatArray,
    cell: tuple[int, int],
    names: Sequence[str],
) -> None:
    got = st.text_area(
        "What did you get? One number, a row, a column or the whole table",
        height=68,
        key="yl_got",
        placeholder=", ".join(shortest(round(value, 4)) for value in np.nan_to_num(found[RIGHT][cell[0]]).tolist()),
        bind=_in_link(),
    )
    if not got.strip():
        st.markdown(":small[Then it says here which of these gives it.]")
        return
    ok, words = say_verdict(got, found, layer, unsure, x, cell, names)
    (st.info if ok else st.error)(words)
