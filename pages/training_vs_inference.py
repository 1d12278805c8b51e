"""Training against inference: moving averages, and everything that goes wrong with them."""

import numpy as np
import streamlit as st

from bn import (
    CONVENTIONS,
    BatchNorm,
    Faults,
    FloatArray,
    Served,
    batches_until,
    moving_average,
    off_by,
    pooled,
    serve,
    shaking,
    weight_of_start,
)
from ui.brought.sequence import your_batches
from ui.choice import choose_one, on_demand
from ui.frame import fragment, frame
from ui.live import film
from ui.memory import go_on
from ui.numbers import exact, fixed, percent, short
from ui.predict import predict, reveal
from ui.studies.quotations import PYTORCH_REFUSES
from ui.studies.streams import (
    BETA_END,
    BIASED,
    DROPOUT_BATCHES,
    DROPOUT_ROWS,
    EXAMPLES,
    FORGOTTEN,
    MAX_BATCHES,
    MAX_SIZE,
    MEAN,
    MOST_SEEN,
    SHAPES,
    SHIFT_END,
    START,
    STD,
    UNBIASED,
    StreamSettings,
    Use,
    batches_of,
    behind_dropout,
    examples,
    stream_reels,
    typed_reel,
    use_reels,
)
from ui.words import prose

BY_SHAPE = {name: shape for shape, name in SHAPES.items()}
PYTORCH, KERAS = CONVENTIONS["pytorch"], CONVENTIONS["keras"]
ALIKE, DIFFERENT, ONE_NUMBER = "What inference gives", "16 numbers, all a bit off", "16 times the same number"
SAME, SMOOTHER, SHAKIER = "The same in both", "In Keras it follows more slowly", "In Keras it jumps with every batch"


# --- a stream of batches -----------------------------------------------------------------------------------------


@fragment
def stream_of_batches() -> None:
    """The decay and everything that answers to it."""
    left, middle, right = st.columns(3)
    decay = left.slider(
        "Decay, the weight of the old average", 0.0, 1.0, 0.99, 0.01, key="ti_decay", bind="query-params"
    )
    count = middle.slider("Batches seen", 0, MAX_BATCHES, 100, 10, key="ti_batches", bind="query-params")
    size = right.slider("Batch size N", 2, MAX_SIZE, 16, 2, key="ti_n", bind="query-params")
    picture, words = st.container(), st.container(key="ti_words")
    shape, ddof, seed, corrected = stream_settings()

    setting = StreamSettings(shape, seed, size, ddof, decay, count, corrected)
    film.show(picture, *stream_reels(setting), key="ti_stream")
    batches = batches_of(setting)
    moving = moving_average(START, batches, decay)
    left, right = words.columns([3, 2], gap="large")
    left.markdown(describe_start(decay, count, float(moving[-1, 0])))
    if not ddof:
        left.markdown(
            f"A batch's variance [÷ N](#divisor) is on average (N − 1)/N = **{percent((size - 1) / size, 1)}** of the truth, so this moving "
            f"variance heads for {fixed((size - 1) / size * STD**2, 2)}, not for {exact(STD**2)}, however long it is fed."
        )
    right.markdown(statistics_table(batches, moving, size, ddof))


def stream_settings() -> tuple[str, int, int, bool]:
    """The shape of the distribution, the ddof of the averaged variance, the seed, and whether to show it corrected."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        shape = st.selectbox("Distribution", list(BY_SHAPE), key="ti_shape", bind="query-params", width=160)
        divisor = choose_one(
            "Variance that is averaged",
            [UNBIASED, BIASED],
            UNBIASED,
            key="ti_variance",
            help="PyTorch averages the variance ÷ (N − 1); Keras 3, Flax and ONNX the one ÷ N.",
        )
        seed = st.number_input("Seed", 0, 999, 0, key="ti_seed", bind="query-params", width=130)
        corrected = st.toggle("Also without the start", key="ti_corrected", bind="query-params")
    return BY_SHAPE[shape], int(divisor == UNBIASED), seed, corrected


def describe_start(decay: float, count: int, moving_mean: float) -> str:
    forgotten = batches_until(decay, FORGOTTEN)
    weight = weight_of_start(decay, count)
    words = "Before the first batch the moving mean is 0 and the moving variance 1, whatever the data. "
    if count:
        words += (
            f"After {count} batches this start still weighs ${fixed(decay, 2)}^{{{count}}}$ = **{left_of(weight)}**: the moving "
            f"mean is **{fixed(moving_mean, 2)}**, the truth {exact(MEAN)}. "
        )
    if forgotten is None:
        return words + "With decay 1 nothing new is ever taken in, and the start is all there is."
    words += (
        f"It takes **{forgotten} {'batch' if forgotten == 1 else 'batches'}** until the start weighs less than "
        f"{percent(FORGOTTEN)}. From then on the average shakes by √((1 − decay)/(1 + decay)) = **{percent(shaking(decay))}** of what "
        "single batches do."
    )
    return words + (" With decay 0 it is the last batch and nothing else." if decay == 0 else "")


def left_of(share: float) -> str:
    """What is left of the start, in percent: a little is not nothing."""
    return "under 0.01%" if 0 < share < 1e-4 else f"{short(100 * share, 3)}%"


def statistics_table(batches: FloatArray, moving: FloatArray, size: int, ddof: int) -> str:
    total = len(batches) * size
    last = everything = ("–", "–")
    if total:
        last = written(*batches[-1].tolist())
        mean, var = (float(each) for each in pooled(batches[:, 0], batches[:, 1] * (size - ddof) / size))
        everything = written(mean, var * total / (total - ddof))
    divisor = UNBIASED if ddof else BIASED
    rows = [
        ("last batch", *last),
        ("**moving average**", *written(*moving[-1].tolist())),
        (f"all {total:,} values", *everything),
        ("truth", *written(MEAN, STD**2)),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(
        [f"| | mean | variance {divisor} |".replace(" −", "\u00a0−").replace("− ", "−\u00a0"), "|:--|--:|--:|", *lines]
    )


def written(mean: float, variance: float) -> tuple[str, str]:
    return fixed(mean, 2), fixed(variance, 2)


# --- what goes wrong ---------------------------------------------------------------------------------------------


@fragment
def debugger() -> None:
    """Ask what the worst mix-up does, then let every fault be switched."""
    st.subheader("Find the fault", anchor=False)
    prose("training_vs_inference/debugger")
    guess = predict(
        f"{EXAMPLES} different examples go through a dense layer **one at a time**, and somebody left it in **training "
        "mode**. What comes out?",
        [ALIKE, DIFFERENT, ONE_NUMBER],
        key="ti_guess",
    )
    if guess is None:
        return
    verdict, picture, below, cards = (st.container() for _ in range(4))
    numbers, control = below.columns([3, 1], gap="large")
    beta = control.slider(
        "β of the layer (its γ is 1)", -BETA_END, BETA_END, 0.5, 0.1, key="ti_beta", bind="query-params"
    )
    with cards:
        slots, use, moved = fault_controls(beta)
    faults, (layer, stale) = use.faults, use.layers()
    right = serve(examples(), layer, layer, Faults())
    with verdict:
        reveal_one_at_a_time(guess, layer, right)
        go_on()
    wrong = serve(examples(), layer, stale, faults)
    film.show(picture, *use_reels(use, moved), key="ti_mismatch")
    numbers.markdown(describe_outputs(right, wrong, faults))
    explain_faults(slots, faults, layer, stale, right)


def fault_controls(beta: float) -> tuple[list[st.delta_generator.DeltaGenerator], Use, bool]:
    """A card for each fault, with its switch and how strong it is.

    Returns the cards, how the layer is used, and whether the data have moved, be it by 0.
    """
    cards = [column.container(border=True, height="stretch") for column in st.columns(4)]
    with cards[0]:
        training = st.toggle("Training mode left on", True, key="ti_training", bind="query-params")
        prose("training_vs_inference/training_mode")
    with cards[1]:
        few = st.toggle("Few at a time", True, key="ti_few", bind="query-params")
        size = choose_one("Examples in a batch", ["1", "2", "4", "8"], "1", key="ti_size", disabled=not few)
        prose(f"training_vs_inference/{'one' if size == '1' else 'few'}")
    with cards[2]:
        is_stale = st.toggle("Averages are stale", key="ti_stale", bind="query-params")
        seen = st.slider(
            "Batches they have seen", 0, MOST_SEEN, 20, 10, key="ti_seen", bind="query-params", disabled=not is_stale
        )
        prose("training_vs_inference/stale")
    with cards[3]:
        moved = st.toggle("Data have moved", key="ti_moved", bind="query-params")
        shift = st.slider(
            "By how many standard deviations",
            -SHIFT_END,
            SHIFT_END,
            1.5,
            0.1,
            key="ti_shift",
            bind="query-params",
            disabled=not moved,
        )
        prose("training_vs_inference/moved")
    faults = Faults(training, int(size) if few else None, is_stale, shift if moved else 0.0)
    return cards, Use(beta, faults, seen), moved


def reveal_one_at_a_time(guess: str, layer: BatchNorm, right: Served) -> None:
    served = serve(examples(), layer, layer, Faults(training=True, batch_size=1))
    outputs = served.y
    answer = ALIKE if off_by(right.y, outputs)[0] < 0.01 else DIFFERENT
    if np.ptp(outputs) == 0:
        answer = ONE_NUMBER
    reveal(
        guess,
        answer,
        f"A batch of one is its own mean, so x − μ = 0 and y = β = {fixed(float(outputs[0, 0]), 2)} whatever x is. In "
        f"inference these examples give {fixed(float(right.y.min()), 2)} to {fixed(float(right.y.max()), 2)}.",
    )


def describe_outputs(right: Served, wrong: Served, faults: Faults) -> str:
    typical, largest = off_by(right.y, wrong.y)
    words = (
        f"Each output is off by **{fixed(typical, 2)}** (root of the mean square), the worst by {fixed(largest, 2)}. "
    )
    sides = [
        f"mean {fixed(float(each.y.mean()), 2)} and standard deviation (÷ {EXAMPLES}) {fixed(float(each.y.std()), 2)}"
        for each in (right, wrong)
    ]
    if typical < 0.005:
        words += f"The outputs have {sides[1]}, as they should."
    else:
        words += f"The outputs should have {sides[0]}; they have {sides[1]}."
    if faults.training and (faults.stale or faults.shift):
        words += " Training mode does not look at the moving averages, so it **hides** stale ones and data that moved."
    return words


def explain_faults(
    cards: list[st.delta_generator.DeltaGenerator], faults: Faults, layer: BatchNorm, stale: BatchNorm, right: Served
) -> None:
    """On each card how much its fault does; on that of the batch of one also what PyTorch says."""
    nothing = Faults()
    for card, name in zip(cards, ("training", "batch_size", "stale", "shift"), strict=True):
        if getattr(faults, name) == getattr(nothing, name):
            card.markdown("*Switched off.*")
            continue
        alone, rest = (
            off_by(right.y, serve(examples(), layer, stale, each).y)[0]
            for each in (faults.only(name), faults.mended(name))
        )
        inert = (
            " (in inference it does not matter how many come at a time)" if name == "batch_size" and alone == 0 else ""
        )
        card.markdown(
            f"Alone it moves y by **{fixed(alone, 2)}**{inert}. Mend only this, and **{fixed(rest, 2)}** remains."
        )
    if faults.batch_size == 1:
        cards[1].markdown(f"PyTorch says: “{PYTORCH_REFUSES}”.")


# --- the same number in two frameworks ---------------------------------------------------------------------------


@fragment
def same_number_twice() -> None:
    """One number typed as either framework's momentum."""
    st.subheader("The same number, opposite meanings", anchor=False)
    prose("training_vs_inference/momentum")
    default = PYTORCH.momentum(PYTORCH.decay)
    guess = predict(
        f"`momentum={short(default or 0.0, 1)}`, PyTorch's default, is copied into Keras. What does the moving mean do?",
        [SAME, SMOOTHER, SHAKIER],
        key="ti_guess_number",
    )
    if guess is None or default is None:
        return
    reveal_number(guess, default)
    number = st.slider("The number typed as `momentum`", 0.0, 1.0, 0.1, 0.01, key="ti_number", bind="query-params")
    film.show(st.container(), (typed_reel(), number), key="ti_same_number")
    st.markdown(readings_table(number))


def reveal_number(guess: str, number: float) -> None:
    in_pytorch, in_keras = (convention.decay_for(number) for convention in (PYTORCH, KERAS))
    here, there = shaking(in_keras), shaking(in_pytorch)
    answer = SAME if here == there else SHAKIER if here > there else SMOOTHER
    reveal(
        guess,
        answer,
        f"PyTorch weighs the **new** value with {short(number, 1)}: decay {short(in_pytorch, 1)}. Keras weighs the **old** one with it: "
        f"decay {short(in_keras, 1)}. So Keras's average shakes by {percent(here)} of what single batches do, PyTorch's by {percent(there)}.",
    )


def readings_table(number: float) -> str:
    rows: dict[str, list[str]] = {
        "weighs the": [],
        "so the decay is": [],
        "start below 1% after": [],
        "then shakes by": [],
    }
    for convention in (PYTORCH, KERAS):
        decay = convention.decay_for(number)
        forgotten = batches_until(decay, FORGOTTEN)
        after = "never" if forgotten is None else f"{forgotten:,} {'batch' if forgotten == 1 else 'batches'}"
        cells = (f"{convention.momentum_weighs} value", fixed(decay, 2), after, percent(shaking(decay)))
        for row, cell in zip(rows.values(), cells, strict=True):
            row.append(cell)
    lines = [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]
    return "\n".join([f"| {fixed(number, 2)} in | {PYTORCH.name} | {KERAS.name} |", "|:--|--:|--:|", *lines])


# --- dropout in front --------------------------------------------------------------------------------------------


@fragment
def dropout_in_front() -> None:
    """What dropout in front of the layer does to the variance that it learns."""
    with st.expander("Dropout in front of batch norm"):
        prose("training_vs_inference/dropout")
        keep = st.slider("Share that dropout keeps", 0.1, 1.0, 0.5, 0.05, key="ti_keep", bind="query-params", width=320)
        found = behind_dropout(keep)
        st.markdown(
            f"Of the ReLU of a standard normal, with a share p = {fixed(keep, 2)} kept, the variance in training is "
            f"1 + (1/p − 1) E[x²]/σ² = **{fixed(found.law, 2)}** times that in inference. Here a layer was trained on "
            f"{DROPOUT_BATCHES} batches of {DROPOUT_ROWS:,} such values: its moving variance is {fixed(found.averaged)}, the "
            f"variance of new values without dropout {fixed(found.met)}, that is **{fixed(found.averaged / found.met, 2)}** to "
            f"1. So their x̂ has a standard deviation of **{fixed(found.std, 2)}** instead of 1."
        )


# --- batches of the reader's own ---------------------------------------------------------------------------------


@fragment
def batches_in_order() -> None:
    """Folded until it is asked for."""
    on_demand("Your batches, in the order they came", your_batches, key="ti_own")


# --- the page ----------------------------------------------------------------------------------------------------

with frame("training_vs_inference"):
    stream_of_batches()
    debugger()
    same_number_twice()
    dropout_in_front()
    batches_in_order()
