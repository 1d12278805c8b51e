"""Why it works: the claim and the evidence, measured on the same four runs, and on request over many seeds."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from bn import ACTIVATIONS, Summary
from ui import charts
from ui.choice import on_demand
from ui.figures import seeds as seeds_figure
from ui.frame import fragment, frame
from ui.live.curves import show_curves
from ui.memory import go_on, remember_link
from ui.numbers import fixed, percent
from ui.predict import predict, reveal, said_of
from ui.serving.jobs import asked_for, forget, in_turns, start_again, stop
from ui.studies.four_networks import (
    BATCH,
    BATCH_NOISE,
    CLOSE,
    CONTESTANTS,
    EVERY,
    LAST,
    NAMES,
    PLAIN,
    SEEDS,
    STEPS,
    UNITS,
    UNTIL_FIRST,
    Finish,
    FourSettings,
    Measure,
    Records,
    Runs,
    against_the_claim,
    brief,
    by_network,
    complete,
    injected_shift,
    input_panels,
    loss_panel,
    measures,
    over_seeds,
    start,
    step_panels,
    strips,
    summaries,
    worse_than_plain,
    worst,
)
from ui.words import prose

BY_NAME = {activation.name: key for key, activation in ACTIVATIONS.items()}


@fragment
def experiment() -> None:
    """The settings of the four runs and everything that is measured on them."""
    settings = controls()
    in_turns("wi_runs", settings, lambda: start(settings), partial(show, settings))


def controls() -> FourSettings:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        rate = st.slider("Learning rate", 0.05, 1.0, 0.3, 0.05, key="wi_rate", bind="query-params", width=300)
        depth = st.slider("Hidden layers", 1, 8, 4, key="wi_depth", bind="query-params", width=170)
        name = st.selectbox(
            "Activation",
            list(BY_NAME),
            list(BY_NAME).index("ReLU"),
            key="wi_activation",
            bind="query-params",
            width=130,
        )
        seed = st.number_input("Seed", 0, 999, 0, key="wi_seed", bind="query-params", width=110)
    return FourSettings(rate, depth, BY_NAME[name], seed)


def show(settings: FourSettings, parts: tuple[Records, ...], more: bool) -> None:
    """Everything that is measured, of what there is so far."""
    remember_link()
    if more:
        forget("wi_seeds")  # of other settings: a session holds the networks of one of the two
    runs = by_network(parts)
    sums = summaries(runs)
    taken = max(run[-1].taken for run in runs)
    inputs(runs)
    st.markdown(say_shift(taken, more))
    guess = predict(
        "The noise makes a layer's inputs jump from step to step. Which of the four trains **worst**: ends with the "
        "highest loss?",
        NAMES,
        key="wi_guess",
    )
    if guess is None:
        return
    if more:
        st.info(f"Training: {taken} of {STEPS} steps. The verdict comes at the end.")
    else:
        reveal_worst(said_of(guess, settings, key="wi_guess"), settings.seed, sums, runs)
        go_on()
    prose("why_it_works/measures")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        show_curves([loss_panel(runs)], key="wi_loss", height=420)
    right.markdown(evidence_table(sums))
    if not more:
        right.markdown(say_evidence(measures(sums), worst(sums, runs), sums))
        st.markdown(say_claim(sums))
        many_seeds(settings)
    along_the_step(runs)


def inputs(runs: Runs) -> None:
    """The distributions of one unit over time."""
    picture = st.container()
    unit = st.slider(
        f"Unit of the last hidden layer, 1 to {UNITS}", 1, UNITS, 1, key="wi_unit", bind="query-params", width=320
    )
    with picture:
        show_curves(input_panels(runs, unit - 1), key="wi_inputs", height=370)


def say_shift(taken: int, more: bool) -> str:
    """What the titles of the pictures measure."""
    progress = f"so far {taken} of {STEPS} steps" if more else f"all {STEPS} steps"
    return (
        f"**[σ](#variance) a step**: how far a unit's mean moves in one step, in its own σ: median of the steps probed, mean of the hidden "
        f"layers; {progress}."
    )


def reveal_worst(guess: str, seed: int, sums: Sequence[Summary], runs: Runs) -> None:
    loser = worst(sums, runs)
    losses = ", ".join(f"{name} {brief(each.final_loss)}" for name, each in zip(NAMES, sums, strict=True))
    because = f"That is one run's verdict, seed {seed}. Mean loss over the last {LAST} steps: {losses}."
    for name, run in zip(NAMES, runs, strict=True):
        if run[-1].stopped:
            because += f" {name.capitalize()}: {run[-1].stopped}"
    largest, second = sorted((each.final_loss for each in sums), reverse=True)[:2]
    if largest - second < CLOSE * largest:
        because += " The two largest are within 10% of each other: **too close to call** from one run."
    reveal(guess, NAMES[loser], because)


def evidence_table(sums: Sequence[Summary]) -> str:
    accuracies = ["–" if each.accuracy is None else percent(each.accuracy, 1) for each in sums]
    lines = [
        f"| ▲ is the worst of its row | {' | '.join(NAMES)} |",
        f"|:--|{'--:|' * len(NAMES)}",
        f"| **loss at the end**: mean of the last {LAST} steps | {' | '.join(brief(each.final_loss) for each in sums)} |",
        f"| **right on held-out digits** | {' | '.join(accuracies)} |",
    ]
    for each in measures(sums):
        cells = [f"**▲\u202f{value}**" if k == each.points_at else value for k, value in enumerate(each.values)]
        lines.append(f"| **{each.name}**: {each.what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def say_evidence(rows: Sequence[Measure], loser: int, sums: Sequence[Summary]) -> str:
    agree = [each.name for each in rows if each.points_at == loser]
    differ = [each.name for each in rows if each.points_at != loser]
    words = f"In this run **{NAMES[loser]}** trained worst. "
    words += f"It is also worst in {listed(agree)}. " if agree else "It is worst in nothing else. "
    if differ:
        words += f"Not so in {listed(differ)}. "
    plain, batch = sums[PLAIN].gradient_shift, sums[BATCH].gradient_shift
    words += f"The gradient shift is {brief(batch)} with batch norm, {brief(plain)} without"
    found = "Santurkar et al. found it no smaller in their networks (below)"
    return words + (f"; {found}." if batch < plain else f", not smaller; so {found}.")


def say_claim(sums: Sequence[Summary]) -> str:
    """Whether this run speaks for the claim of 2015 or against it, and which of the shifts are nobody's finding."""
    pairs = [f"**{NAMES[i]}** shifts more than **{NAMES[j]}** and yet ends lower" for i, j in against_the_claim(sums)]
    if pairs:
        verdict = f"In this run {'; '.join(pairs)}. That speaks against the claim of 2015."
    else:
        verdict = (
            "In this run, of any two networks that clearly differ in both, the one whose inputs shift more ends with the "
            "higher loss. That speaks for the claim of 2015."
        )
    batch, noisy = (brief(sums[k].input_shift) for k in (BATCH, BATCH_NOISE))
    return (
        f"**Does shift decide?** {verdict} Two of the four shifts are built in. Batch norm's {batch} σ is measured on the "
        "batch that normalizes itself, so only [β](#gamma) can cause it, whatever the layers in front do. The noise behind batch norm "
        f"has constants that by themselves, at γ = 1 and β = 0, make {fixed(injected_shift(), 2)} σ; {noisy} σ was measured. On the "
        "plain network, whose values have no fixed size, the same constants are another share of σ."
    )


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# --- many seeds --------------------------------------------------------------------------------------------------


def many_seeds(settings: FourSettings) -> None:
    """The same with many seeds, when asked for."""
    st.subheader("An accident of the seed?", anchor=False)
    key = ("seeds", replace(settings, seed=0))  # the same seeds, whichever is on the screen
    if asked_for("wi_seeds", key, f"Train all four with {SEEDS} seeds"):
        in_turns(
            "wi_seeds",
            key,
            lambda: over_seeds(settings, range(SEEDS)),
            partial(show_seeds, settings.seed),
            first=UNTIL_FIRST,
            unhurried=True,
        )


def show_seeds(seed: int, parts: tuple[Finish | None, ...], more: bool) -> None:
    """Every run as a dot, and what the seeds that are complete bear out."""
    outcomes = [part for part in parts if part]
    bar, button = st.columns([5, 2], vertical_alignment="center")
    total = SEEDS * len(CONTESTANTS)
    bar.progress(len(outcomes) / total, f"{len(outcomes)} of {total} runs")
    if more:
        button.button("■ Stop", key="wi_seeds_stop", on_click=stop, args=("wi_seeds",), width="stretch")
    else:
        button.button("Train again", key="wi_seeds_again", on_click=start_again, args=("wi_seeds",), width="stretch")
    for name, strip in strips(outcomes).items():
        alt = seeds_figure.describe(strip, seed)
        charts.show(st.container(), seeds_figure.draw(strip, seed), key=f"wi_seeds_{name}", alt=alt)
    if by_seed := complete(outcomes):
        st.markdown(seeds_table(by_seed))
        st.markdown(say_seeds(by_seed))
        prose("why_it_works/seeds")


def seeds_table(by_seed: Sequence[Sequence[Summary]]) -> str:
    """What the argument hangs on, counted: the others, each against the plain network."""
    others = [name for name in NAMES if name != NAMES[PLAIN]]
    lines = [
        f"| worse than plain, of {len(by_seed)} seeds | {' | '.join(others)} |",
        f"|:--|{'--:|' * len(others)}",
    ]
    lines += [
        f"| **{what}** | {' | '.join(f'{count} of {len(by_seed)}' for count in counts)} |"
        for what, counts in worse_than_plain(by_seed).items()
    ]
    return "\n".join(lines)


def say_seeds(by_seed: Sequence[Sequence[Summary]]) -> str:
    against = sum(bool(against_the_claim(sums)) for sums in by_seed)
    return (
        f"With **{against} of {len(by_seed)}** seeds the inputs of one network shift clearly more than those of another and "
        "yet it ends clearly lower, which speaks against the claim of 2015. With the others, who clearly shifts more ends "
        "higher, or it is too close to call."
    )


def along_the_step(runs: Runs) -> None:
    """Loss and gradient ahead, at a step that the reader chooses."""
    st.subheader("How far can the gradient be trusted?", anchor=False)
    prose("why_it_works/ahead")
    taken = st.slider("Steps taken before", 0, STEPS, 50, EVERY, key="wi_taken", bind="query-params", width=320)
    there = min(taken, max(run[-1].taken for run in runs))
    show_curves(step_panels(runs, there), key="wi_ahead")
    missing = [
        name for name, run in zip(NAMES, runs, strict=True) if not any(e.taken == there and e.reading for e in run)
    ]
    if missing:
        st.markdown(f"After {there} steps there is nothing left to measure of: {', '.join(missing)}.")


with frame("why_it_works"):
    prose("why_it_works/claim")
    on_demand("The claim, and how it is tested", partial(prose, "why_it_works/test"), key="wi_test")
    experiment()
    st.subheader("What is known, what is disputed", anchor=False)
    prose("why_it_works/known")
