"""Batches of the reader's own in the order they came: what every framework's averages are after each, and what they should be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from bn import CONVENTIONS, Averages, FloatArray, moments_of_all, within_batches
from ui import charts
from ui.batch.desk import sentence
from ui.brought.batches import (
    ALL_COUNT,
    AXES,
    CHANNELS_SECOND,
    MASK,
    MAX_TEXT,
    ZEROS,
    Batches,
    read_batches,
    rows_of,
)
from ui.choice import choose_one, keep_name
from ui.figures import conventions
from ui.links import MAX_BATCH_IN_LINK
from ui.numbers import counted, exact, fixed, short
from ui.plain import plain
from ui.studies.own_batches import MOST_STEPS, Schedule, averages, decay_of, in_order, left_of_start
from ui.words import prose

MOST_ROUNDS = 500
IN_TURN, MIXED = "one after another", "mixed into one batch"
OWN_DECAY, ONE_DECAY = "each framework's own", "the same for all"
MEAN, VARIANCE = "moving mean", "moving variance"
SHOWN = 12  # batches, in the table
KEPT = "_own_batches"
# For each kind of sequence: rows, times through, how they come, what is left out.
PRESETS: dict[str, tuple[str, int, str, str]] = {
    "The same batch again": ("0\n1", 100, IN_TURN, ALL_COUNT),
    "A small last batch": ("2\n4\n3\n1\n5\n3\n2\n4\n\n3\n5\n4\n2\n6\n4\n3\n5\n\n20\n22", 1, IN_TURN, ALL_COUNT),
    "Two populations": ("0\n1\n2\n1\n\n10\n12\n11\n13", 50, IN_TURN, ALL_COUNT),
    "Padding": ("1\n2\n3\n4\n5\n0\n0\n0\n0\n0", 50, IN_TURN, ZEROS),
}
START = PRESETS["The same batch again"]


def your_batches() -> None:
    """The rows, how they come, and the averages after each."""
    prose("training_vs_inference/your_batches")
    with st.container(horizontal=True, gap="small"):
        for name, preset in PRESETS.items():
            st.button(name, key=f"ti_preset_{name}", on_click=_take, args=(preset,))
    text = _rows()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        rounds = st.number_input(
            "Times through", 1, MOST_ROUNDS, START[1], key="ti_rounds", bind="query-params", width=140
        )
        way = choose_one("They come", [IN_TURN, MIXED], START[2], key="ti_way", wrap=True)
        padding = choose_one("Padding", [ALL_COUNT, ZEROS, MASK], START[3], key="ti_padding", wrap=True)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        whose = choose_one("Decay of your batches", [OWN_DECAY, ONE_DECAY], ONE_DECAY, key="ti_whose", wrap=True)
        decay = st.number_input(
            "Decay for all",
            0.0,
            1.0,
            0.9,
            0.01,
            format="%.4f",
            key="ti_all_decay",
            bind="query-params",
            disabled=whose == OWN_DECAY,
            width=150,
        )
    beneath = st.container()
    axes = CHANNELS_SECOND
    if "[[[" in "".join(text.split()):
        axes = choose_one("An array with three axes is", list(AXES), CHANNELS_SECOND, key="ti_axes", wrap=True)
    batches = _usable(read_batches(text, AXES[axes], padding), text)
    if batches is not None:
        with beneath:
            _say_read(batches)
        _answer(batches, Schedule(rounds, way == MIXED, None if whose == OWN_DECAY else decay))


def _take(preset: tuple[str, int, str, str]) -> None:
    for key, value in zip(("ti_rows", "ti_rounds", "ti_way", "ti_padding"), preset, strict=True):
        st.session_state[key] = value
    st.session_state["ti_stat"] = VARIANCE  # in which each of them shows


def _rows() -> str:
    fits = len(st.session_state.get("ti_rows") or "") <= MAX_BATCH_IN_LINK
    text = st.text_area(
        "Your batches, a blank line or --- between two",
        START[0],
        height=160,
        key="ti_rows",
        max_chars=MAX_TEXT,
        bind="query-params" if fits else None,
    )
    if not fits:
        st.warning("These batches are too long for a link; a reload loses them.")
    return text


def _usable(found: Batches | str, text: str) -> Batches | None:
    """The batches, or the last good ones with what is wrong now."""
    if isinstance(found, Batches):
        st.session_state[KEPT] = found
        return found
    good: Batches | None = st.session_state.get(KEPT)
    until = " Until then the last good batches are shown." if good else ""
    (st.error if text.strip() else st.info)(f"{sentence(found)}{until}")
    return good


def _say_read(batches: Batches) -> None:
    sizes = [len(x) for x in batches.values]
    rows = counted(sizes[0], "row") if len(set(sizes)) == 1 else f"{', '.join(map(str, sizes))} rows"
    words = [f"Read: {counted(len(sizes), 'batch')} of {rows}, {counted(len(batches.names), 'feature')}."]
    if batches.three_axes:
        words.append("Of an array with three axes each position of each example is a row: N · L values share a mean.")
    if batches.with_padding:
        words.append(_say_padding(batches))
    st.markdown(f":small[{' '.join([*words, *map(sentence, batches.notes)])}]")


def _say_padding(batches: Batches) -> str:
    before, after = rows_of(batches.with_padding), rows_of(batches.values)
    whole, kept = moments_of_all(batches.with_padding), moments_of_all(batches.values)
    name = plain(batches.names[0])
    return (
        f"Left out: {before - after} of {counted(before, 'row')}. The mean of {name} is **{fixed(float(kept[0][0]))}**, and would be "
        f"{fixed(float(whole[0][0]))} if they counted; the variance (÷ N) {fixed(float(kept[1][0]))} and {fixed(float(whole[1][0]))}. "
        "Keras 3 and Flax take a `mask`; PyTorch has none, there the rows are taken out before the layer."
    )


# --- the answer --------------------------------------------------------------------------------------------------


def _answer(batches: Batches, order: Schedule) -> None:
    names = batches.names
    keep_name("ti_of", names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Feature", names, key="ti_of", bind="query-params", width=160)
        statistic = choose_one("Picture", [MEAN, VARIANCE], VARIANCE, key="ti_stat", wrap=True)
    feature = names.index(name)
    seen = in_order(batches.values, order)
    found = averages(batches.values, order)
    of_mean = statistic == MEAN
    paths = {each: (it.mean if of_mean else it.var)[:, feature] for each, it in found.items()}
    truth = float(moments_of_all(seen)[0 if of_mean else 1][feature])
    charts.show(
        st.container(),
        conventions.draw(paths, truth, len(seen), called="all rows together"),
        key="ti_sequence",
        alt=conventions.describe(paths, truth, len(seen), called="all rows together"),
    )
    st.markdown(say_ends(seen, order, feature))
    weighed = averages(batches.values, replace(order, weighed=True)) if len({len(x) for x in seen}) > 1 else None
    st.html(table_of_ends(found, weighed, order, feature, len(seen)))
    for words in say_special(seen, found, weighed):
        st.markdown(words)
    if order.rounds * (1 if order.mixed else len(batches.values)) > MOST_STEPS:
        st.markdown(f":small[The first {MOST_STEPS:,} batches are shown.]")
    st.html(table_of_steps(found, feature, name))


def say_ends(seen: Sequence[FloatArray], order: Schedule, feature: int) -> str:
    """What the averages should be: of what they are averages, and of all rows together."""
    own_mean = sum(float(x[:, feature].mean()) for x in seen) / len(seen)
    own = float(within_batches(seen)[feature])
    corrected = [float(x[:, feature].var(ddof=1)) for x in seen if len(x) > 1]
    mean, var = (float(each[feature]) for each in moments_of_all(seen))
    words = (
        f"**What they should be:** the batches' own means are on average **{fixed(own_mean)}**, their variances **{fixed(own)}** "
        "(÷ N: Keras 3, Flax, ONNX)"
    )
    if corrected:
        words += f" and **{fixed(sum(corrected) / len(corrected))}** (÷ (N − 1): PyTorch, the paper)"
    words += f". All rows together have mean {fixed(mean)} and variance {fixed(var)} (÷ N)"
    if var - own > 0.05 * var and len(seen) > 1:
        words += (
            f": **{fixed(var - own)} of it lies between the batches**, and an average of variances never sees that, however long "
            "it is fed. With the rows of all mixed into each batch it would"
        )
    return words + "."


def table_of_ends(
    found: Mapping[str, Averages], weighed: Mapping[str, Averages] | None, order: Schedule, feature: int, steps: int
) -> str:
    """A line for each convention: its decay, what is left of the start, its averages, and what weighing by rows would give."""
    heads = ["mean", "variance", *(["mean, weighed", "variance, weighed"] if weighed else []), "decay", "start left"]
    lines = {}
    for convention in CONVENTIONS.values():
        it, decay = found[convention.name], decay_of(convention, order)
        cells: list[str] = []
        for each in (it, weighed[convention.name]) if weighed else (it,):
            cells += [fixed(float(path[-1, feature]), 4) for path in (each.mean, each.var)]
        cells.append("plain mean" if decay is None else exact(decay))
        cells.append(_share(left_of_start(convention, order, steps - len(it.refused))))
        lines[convention.name[0].upper() + convention.name[1:]] = cells
    return _table("Moving averages after the last batch", heads, lines)


def _table(title: str, heads: Sequence[str], lines: Mapping[str, Sequence[str]]) -> str:
    """A table in a box of its own that scrolls, as HTML."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in ("", *heads))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, cells in lines.items()
    )
    return (
        f'<div class="bn-statistics" role="group" tabindex="0" aria-label="{escape(title)}"><table>'
        f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _share(share: float) -> str:
    return "under 0.01%" if 0 < share < 1e-4 else f"{short(100 * share, 3)}%"


def say_special(
    seen: Sequence[FloatArray], found: Mapping[str, Averages], weighed: Mapping[str, Averages] | None
) -> list[str]:
    """What is special about these batches: sizes that differ, and batches that a framework refuses."""
    words = []
    if weighed:
        small, large = min(map(len, seen)), max(map(len, seen))
        words.append(
            f"The smallest batch has {counted(small, 'row')}, the largest {large}. Every framework lets **each batch "
            f"count the same**; weighed by rows, the new value of the smallest would count {small}/{large} as much."
        )
    for name, it in found.items():
        if it.refused:
            words.append(
                f"{name} refuses a batch of one row: batch {it.refused[0]}{' and others' if len(it.refused) > 1 else ''} left its "
                "averages as they were."
            )
    return words


def table_of_steps(found: Mapping[str, Averages], feature: int, name: str) -> str:
    """The averages after each of the first batches and after the last, as HTML; two lines for each convention."""
    last = len(next(iter(found.values())).mean) - 1
    steps = [*range(min(last, SHOWN) + 1), *([last] if last > SHOWN else [])]
    lines = {
        f"{each}, {what}": [fixed(float(path[step, feature]), 4) for step in steps]
        for each, it in found.items()
        for what, path in (("mean", it.mean), ("variance", it.var))
    }
    return _table(f"After each batch: {name}", ["start", *map(str, steps[1:])], lines)
