"""Batch size: how far a batch's statistics stray, what that does to outputs, and to training."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bn import (
    CONVENTIONS,
    FILTERS,
    FloatArray,
    Outcome,
    Underway,
    batch_norm,
    instance_norm,
    root_mean_square,
)
from ui import charts
from ui.figures import by_size, funnel, pair
from ui.figures.by_size import GROUPS, NORMED, PLAIN, Line
from ui.frame import fragment, frame
from ui.links import BATCH_SIZES
from ui.live import film
from ui.memory import go_on
from ui.numbers import exact, fixed, percent, short, whole
from ui.predict import predict, reveal, said_of
from ui.serving.jobs import in_turns, so_far, start_again, stop
from ui.studies.batch_sizes import (
    COMPANIES,
    FEWER,
    PUSHES,
    REFERENCE_SIZE,
    SEEDS,
    SIZES,
    SOME,
    SWEPT,
    UNITS,
    Training,
    channels,
    company,
    dial_reels,
    examples_seen,
    infected,
    push_reels,
    start_sweep,
    statistics,
    together_reels,
    two,
    unit,
)
from ui.studies.digits import digits
from ui.studies.one_row import WHO_REFUSES, table_of_singles
from ui.words import prose

SIZE = 16  # of a batch, at first
JUMPS = (1, 2, 4, 16, 64, 256)
FIRST, SECOND = 3.0, 5000.0  # the two examples of the question
CENTERED = (SECOND - FIRST) / 2
# What the two could become, and how that is said.
OPTIONS = {
    "0 and 1": (0, 1),
    "−1 and +1": (-1, 1),
    f"−{CENTERED:,.1f} and +{CENTERED:,.1f}": (-CENTERED, CENTERED),
}
BETTER, WORSE, EVEN = "With batch norm", "Without", "Both about the same"
CLOSE = 1.25  # mistakes within this factor count as about the same
HARDLY = 60.0  # mistakes in percent above which a network has hardly learned; guessing makes 90
SMALLEST = min(SWEPT)
PYTORCH, KERAS = CONVENTIONS["pytorch"], CONVENTIONS["keras"]
EPSILONS = {"1e-5 (PyTorch, Flax, ONNX)": PYTORCH.eps, "1e-3 (Keras)": KERAS.eps, "0": 0.0}
SCALED, SAME = "grows with the batch", "is the same for all"
# Wu & He 2018 (arXiv 1803.08494), ResNet-50 on ImageNet, validation error in percent by images per worker.
REPORTED = (
    Line("batch norm", NORMED, {32: (23.6,), 16: (23.7,), 8: (24.8,), 4: (27.3,), 2: (34.7,)}),
    Line("group norm", GROUPS, {32: (24.1,), 16: (24.2,), 8: (24.0,), 4: (24.2,), 2: (24.1,)}),
)


# --- the dial ----------------------------------------------------------------------------------------------------


@fragment
def dial() -> None:
    """The batch size, and the cloud of statistics that answers to it."""
    left, middle, right = st.columns([4, 1, 1])
    number = middle.number_input("Hidden unit", 0, UNITS - 1, 0, key="bs_unit", bind="query-params")
    seed = right.number_input("Seed", 0, 999, 0, key="bs_seed", bind="query-params")
    pictures = st.columns([3, 2])
    words = st.columns(2, gap="large")
    with left:
        batch_size(number, seed, words)
    # Outside of the slider's part, so that an answer to the slider does not bring them again.
    now = st.session_state.get("bs_m", SIZE)
    for where, reel, key in zip(pictures, dial_reels(number, seed), ("bs_cloud", "bs_law"), strict=True):
        film.show(where, (reel, now), key=key)


@fragment
def batch_size(number: int, seed: int, words: Sequence[DeltaGenerator]) -> None:
    """How many examples are in a batch, and what that means."""
    size = st.select_slider("Batch size N", BATCH_SIZES, SIZE, key="bs_m", bind="query-params")
    with st.container(horizontal=True, gap="small"):
        for jump in JUMPS:
            st.button(f"{jump}", on_click=set_size, args=(jump,), key=f"bs_jump_{jump}")
    words[0].markdown(describe_cloud(size, number))
    words[1].markdown(cloud_table(*statistics(number, size, seed), number, size))


def set_size(size: int) -> None:
    st.session_state["bs_m"] = size


def describe_cloud(size: int, number: int) -> str:
    source = unit(number).source
    spread = source.spread_of_mean(size)
    words = (
        f"The mean of a batch of **{size}** strays by σ/√N = σ/√{size} = **{fixed(spread)} σ**; to halve that takes "
        f"{4 * size:,} examples. "
    )
    if size == 1:
        return (
            words
            + "And a single value has **no variance**: all dots lie on 0, whatever the digit. Batch norm would divide "
            "by √ε alone."
        )
    return words + (
        f"The variance strays by **{fixed(source.spread_of_variance(size))} σ²**, and as it is [÷ N, not ÷ (N − 1)](#divisor), it is also "
        f"**{percent(1 / size, 2)}** too small on average."
    )


def cloud_table(means: FloatArray, variances: FloatArray, number: int, size: int) -> str:
    """What the dots have, beside what calculation says, in units of σ and σ²."""
    source = unit(number).source
    rows = [
        ("average of the dots", means.mean(), variances.mean()),
        ("calculated", source.mean, source.average_variance(size)),
        ("**spread of the dots**", means.std(), variances.std()),
        ("**calculated**", source.spread_of_mean(size), source.spread_of_variance(size)),
    ]
    lines = [f"| {name} | {fixed(float(mean))} | {fixed(float(var))} |" for name, mean, var in rows]
    return "\n".join([f"| {len(means)} batches | mean (σ) | variance ÷ N (σ²) |", "|:--|--:|--:|", *lines])


# --- one digit in company ----------------------------------------------------------------------------------------


@fragment
def one_digit() -> None:
    """One digit's output in company that changes, by four ways to normalize."""
    st.subheader("One digit, ever new company", anchor=False)
    prose("batch_size/company")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        digit = st.number_input(
            "Digit no.", 0, len(digits().train.labels) - 1, 1, key="bs_digit", bind="query-params", width=150
        )
        name = st.selectbox("Channel", list(FILTERS), key="bs_channel", bind="query-params", width=220)
        seed = st.number_input("Seed of the company", 0, 999, 0, key="bs_company", bind="query-params", width=190)
    outputs = company(digit, list(FILTERS).index(name), seed)
    data = (SIZES, outputs.batch, outputs.relatives)
    charts.show(st.container(), funnel.draw(*data), key="bs_funnel", alt=funnel.describe(*data))
    left, right = st.columns(2, gap="large")
    left.markdown(describe_company(outputs.batch, outputs.relatives, int(digits().train.labels[digit])))
    with right:
        prose("batch_size/noise")


def describe_company(batch: FloatArray, relatives: Mapping[str, FloatArray], label: int) -> str:
    spread = dict(zip(SIZES, batch.std(axis=1).tolist(), strict=True))
    moved = max(float(np.ptp(values)) for values in relatives.values())
    others = ", ".join(f"{name} {fixed(float(values.mean()), 2)}" for name, values in relatives.items())
    still = "**not at all**" if moved == 0 else f"by {fixed(moved)}"
    words = (
        f"Batch norm gives this {label} another x̂ in each of {COMPANIES} batches: it spreads by **{fixed(spread[2])}** in "
        f"batches of 2, {fixed(spread[16])} in batches of 16, {fixed(spread[256])} in batches of 256. By the others "
        f"({FEWER} batches of each size) it moves {still}: {others}."
    )
    if abs(float(batch[0, 0] - relatives["instance norm"].mean())) < 1e-9:
        words += (
            f" Alone in its batch the digit has no company, and batch norm *is* instance norm: both give "
            f"{fixed(float(batch[0, 0]), 2)}. For convolutions, that is; a dense layer fares worse, see below."
        )
    return words


# --- contagion ---------------------------------------------------------------------------------------------------


@fragment
def pushing() -> None:
    """One example is pushed, and all others move."""
    st.subheader("Contagion", anchor=False)
    prose("batch_size/contagion")
    left, right = st.columns(2)
    size = left.select_slider("Examples in the batch", BATCH_SIZES, 8, key="bs_together", bind="query-params")
    push = right.slider(
        "Push one of them by so many σ", PUSHES[0], PUSHES[-1], 5.0, 0.5, key="bs_push", bind="query-params"
    )
    by_size, by_push = together_reels(push), push_reels(size)
    pictures = st.columns([3, 2])
    for where, one, other, key in zip(pictures, by_size, by_push, ("bs_contagion", "bs_influence"), strict=True):
        film.show(where, (one, size), (other, push), key=key)
    batch = infected(size, push)
    st.markdown(describe_push(batch.training, batch.inference, push))


def describe_push(training: FloatArray, inference: FloatArray, push: float) -> str:
    others, still = training[1:], inference[1:]
    own = (
        f"Pushed by {exact(push)} σ, the example itself moves by {fixed(float(training[0]), 2)} in training and by "
        f"{fixed(float(inference[0]), 2)} in inference. "
    )
    if not len(others):
        return own + "It is alone: no others to move, and in training nothing of its value is left at all."
    if push == 0:
        return own + "Push it, to see the others move."
    typical, largest = root_mean_square(others), float(np.abs(others).max())
    return (
        f"{own}In training **{int((others != 0).sum())} of {len(others)}** others move, typically by "
        f"**{fixed(typical)}** (root of the mean square), at most by {fixed(largest, 2)}; the dots lie on a line, because all "
        f"are shifted and squeezed alike. In inference **{int((still != 0).sum())}** move. The right-hand picture averages "
        f"over {SOME} batches of each size: once batches are large, twice the batch is half the influence."
    )


# --- a batch of one, a batch of two ------------------------------------------------------------------------------


@fragment
def extremes() -> None:
    """Ask what is left of two numbers, then let them be set."""
    st.subheader("A batch of two, a batch of one", anchor=False)
    prose("batch_size/extremes")
    guess = predict(
        f"A batch of two examples has the values {exact(FIRST)} and {SECOND:,.0f}. What are they normalized to?",
        list(OPTIONS),
        key="bs_guess_two",
    )
    if guess is None:
        return
    x_hat = two(FIRST, SECOND, PYTORCH.eps)
    answer = min(OPTIONS, key=lambda option: float(np.abs(x_hat - OPTIONS[option]).max()))
    reveal(
        guess,
        answer,
        f"Their mean is {fixed((FIRST + SECOND) / 2, 1)}, their standard deviation (÷ N) {fixed((SECOND - FIRST) / 2, 1)}: each "
        f"is exactly one standard deviation from the mean, and so are **any** two. Here x̂ = {fixed(float(x_hat[0]), 6)} and "
        f"{fixed(float(x_hat[1]), 6)}.",
    )
    go_on()
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Two.** Only which is larger survives, until both are so close that ε counts.")
        with st.container(horizontal=True):
            first = st.number_input("First", -1e6, 1e6, FIRST, key="bs_first", bind="query-params", width=140)
            second = st.number_input("Second", -1e6, 1e6, SECOND, key="bs_second", bind="query-params", width=140)
            eps = EPSILONS[st.selectbox("ε", list(EPSILONS), key="bs_eps", bind="query-params", width=240)]
        x_hat, distance = two(first, second, eps), abs(first - second)
        alt = pair.describe(distance, x_hat, eps)
        charts.show(st.container(), pair.draw(distance, x_hat, eps), key="bs_pair", alt=alt)
        st.markdown(describe_two(x_hat, distance))
    with right:
        st.markdown("**One.** It is its own mean, so x − μ = 0 and x̂ = 0.")
        beta = st.slider("β of the layer (its γ is 1)", -2.0, 2.0, 0.5, 0.5, key="bs_beta", bind="query-params")
        st.markdown(table_of_singles([FIRST, SECOND, -1e6], beta))
        st.markdown(WHO_REFUSES)
        st.markdown(one_image())


def describe_two(x_hat: FloatArray, distance: float) -> str:
    if distance == 0:
        return "Two equal values are both 0: nothing to tell apart."
    missing = 1 - float(np.abs(x_hat[0]))
    return (
        f"They are {distance:,.6g} apart: x̂ = **{fixed(float(x_hat[0]), 6)}** and **{fixed(float(x_hat[1]), 6)}**, "
        + (f"{short(missing)} short of 1." if missing else "exactly 1 from the mean.")
    )


def one_image() -> str:
    image = channels()[:1]
    apart = float(np.abs(batch_norm(image) - instance_norm(image)).max())
    return (
        f"An **image** is another matter. Each channel has {image[0, 0].size} pixels here, so one image has a variance, "
        f"PyTorch takes it, and batch norm in training mode is instance norm (largest difference here: {fixed(apart, 1)})."
    )


# --- the sweep ---------------------------------------------------------------------------------------------------


@fragment
def sweep() -> None:
    """Ask which twin reads better after batches of two, then train both in batches of every size."""
    st.subheader("Does it matter for training?", anchor=False)
    prose("batch_size/sweep")
    guess = predict(
        f"Both are trained in batches of **{SMALLEST}**. Which makes fewer mistakes on digits it has never seen?",
        [BETTER, WORSE, EVEN],
        key="bs_guess_sweep",
    )
    if guess is None:
        return
    training = sweep_settings()
    verdict, pictures = st.container(), st.container()
    left, right = pictures.columns(2, gap="large")
    with left:
        in_turns("bs_sweep", training, lambda: start_sweep(training), lambda *so_far: show_sweep(training, *so_far))
    with right:
        sizes, title = sorted(REPORTED[0].mistakes), "Reported: ResNet-50, ImageNet"
        alt = by_size.describe(REPORTED, sizes, title)
        charts.show(st.container(), by_size.draw(REPORTED, sizes, title), key="bs_reported", alt=alt)
        prose("batch_size/reported")
    with verdict:
        reveal_sweep(said_of(guess, training, key="bs_guess_sweep"), training)


def sweep_settings() -> Training:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        activation = st.selectbox(
            "Activation", ["ReLU", "sigmoid", "tanh"], key="bs_activation", bind="query-params", width=120
        )
        rate = st.selectbox(
            f"Learning rate at {REFERENCE_SIZE}",
            ["0.03", "0.1", "0.3", "1.0"],
            1,
            key="bs_rate",
            bind="query-params",
            width=150,
        )
        rule = st.selectbox("The learning rate", [SCALED, SAME], key="bs_rule", bind="query-params", width=190)
        seed = st.number_input("First seed", 0, 999, 0, key="bs_first_seed", bind="query-params", width=130)
    return Training(activation.lower(), float(rate), rule == SCALED, seed)


def show_sweep(training: Training, parts: tuple[Underway | Outcome, ...], more: bool) -> None:
    """How far the trainings are, and the mistakes of those that ended."""
    outcomes = [part for part in parts if isinstance(part, Outcome)]
    total = 2 * len(SWEPT) * SEEDS
    lines = [
        Line(name, look, mistakes(outcomes, normalized))
        for name, look, normalized in (("batch norm", NORMED, True), ("none", PLAIN, False))
    ]
    sizes, title = sorted(SWEPT), "Computed now: digits"
    alt = by_size.describe(lines, sizes, title)
    charts.show(st.container(), by_size.draw(lines, sizes, title), key="bs_sweep", alt=alt)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Stop", on_click=stop, args=("bs_sweep",), key="bs_stop", disabled=not more)
        st.button("Train again", on_click=start_again, args=("bs_sweep",), key="bs_again", disabled=more)
        st.markdown(f"**{len(outcomes)} of {total}** trainings done{underway(parts, more)}.")
    st.markdown(sweep_table(outcomes))
    st.markdown(describe_sweep(training, outcomes))


def mistakes(outcomes: Sequence[Outcome], normalized: bool) -> dict[int, tuple[float, ...]]:
    """Wrong answers in percent by batch size, one for each training that was carried through."""
    return {
        size: tuple(
            100 * (1 - each.accuracy)
            for each in outcomes
            if each.size == size and each.normalized == normalized and each.accuracy is not None
        )
        for size in SWEPT
    }


def underway(parts: tuple[Underway | Outcome, ...], more: bool) -> str:
    if not more or not parts or isinstance(parts[-1], Outcome):
        return ""
    now = parts[-1]
    return (
        f"; now batches of {now.size}, {'batch norm' if now.normalized else 'none'}, seed {now.seed}, step {now.step:,}"
    )


def sweep_table(outcomes: Sequence[Outcome]) -> str:
    lines = ["| N | batch norm | … statistics anew | none |", "|--:|--:|--:|--:|"]
    for size in sorted(SWEPT):
        batch, plain = (
            [each for each in outcomes if (each.size, each.normalized) == (size, on)] for on in (True, False)
        )
        anew = [each.recomputed for each in batch if each.recomputed is not None]
        cells = [
            right_answers(values)
            for values in ([each.accuracy for each in batch], anew, [each.accuracy for each in plain])
        ]
        lines.append(f"| {size} | {' | '.join(cells)} |")
    return "\n".join(lines)


def right_answers(accuracies: Sequence[float | None]) -> str:
    """The mean of some accuracies and how far they reach."""
    known = [each for each in accuracies if each is not None]
    if not known:
        return "broke off" if accuracies else "–"
    return (
        f"{percent(float(np.mean(known)), 1)} ({whole(100 * min(known))}–{whole(100 * max(known))})"
        if len(known) > 1
        else percent(known[0], 1)
    )


def describe_sweep(training: Training, outcomes: Sequence[Outcome]) -> str:
    count = len(digits().test.labels)
    words = (
        f"Each training sees {examples_seen():,} examples ({examples_seen() // SMALLEST:,} steps in batches of {SMALLEST}, "
        f"{examples_seen() // max(SWEPT)} in batches of {max(SWEPT)}), from {SEEDS} seeds; twins share first weights and "
        f"batches. Learning rate {short(training.rate_for(SMALLEST), 3)} to {short(training.rate_for(max(SWEPT)), 3)}. The table has the right answers "
        f"on {count} held-out digits in inference, with lowest and highest. *Statistics anew*: the moving averages replaced by mean and variance of all "
        "training digits. What that does not mend was lost in training itself."
    )
    if broken := next((each.stopped for each in outcomes if each.stopped), None):
        words += f" A training broke off. {broken}"
    return words


def reveal_sweep(guess: str, training: Training) -> None:
    """The verdict, once all trainings are done."""
    parts, more = so_far("bs_sweep")
    outcomes = [part for part in parts if isinstance(part, Outcome)]
    batch, plain = (mistakes(outcomes, normalized)[SMALLEST] for normalized in (True, False))
    if more or not batch or not plain:
        st.info(
            "The trainings go on; the smallest batches come last, and then the answer."
            if more
            else f"The trainings in batches of {SMALLEST} were not carried through, so there is no answer. Train again."
        )
        return
    with_norm, without = float(np.mean(batch)), float(np.mean(plain))
    largest = max(SWEPT)
    there = [mistakes(outcomes, normalized)[largest] for normalized in (True, False)]
    because = (
        f"In batches of {SMALLEST} the twin with batch norm is wrong on **{percent(with_norm / 100, 1)}** of the held-out digits, the one "
        f"without on **{percent(without / 100, 1)}**. "
    )
    if all(there):
        because += f"In batches of {largest} it is {percent(float(np.mean(there[0])) / 100, 1)} with and {percent(float(np.mean(there[1])) / 100, 1)} without. "
    right = EVEN
    if with_norm > without * CLOSE:
        right = WORSE
    elif without > with_norm * CLOSE:
        right = BETTER
    reveal(guess, right, because + what_size_does(outcomes))


def what_size_does(outcomes: Sequence[Outcome]) -> str:
    """How much of the difference in the smallest batches is theirs: each twin beside itself in the largest."""
    (small, plain_small), (large, plain_large) = (
        [float(np.mean(mistakes(outcomes, on)[size] or [np.nan])) for on in (True, False)]
        for size in (SMALLEST, max(SWEPT))
    )
    if min(plain_small, plain_large) > HARDLY:
        return (
            "Without batch norm it hardly learns in large batches either, so this says more of the activation and the "
            "learning rate than of small batches."
        )
    if small > plain_small * CLOSE and small > large * CLOSE:
        return (
            "Batch norm does better in large batches than in small ones: of two values it leaves only which is larger, anew "
            "in every hidden unit and every layer."
        )
    return ""


with frame("batch_size"):
    prose("batch_size/dial")
    dial()
    one_digit()
    pushing()
    extremes()
    sweep()
