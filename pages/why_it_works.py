"""Why it works: the claim and the evidence, measured on the same three runs."""

from collections.abc import Sequence

import streamlit as st

from bn import ACTIVATIONS, Summary
from ui.chapters import fragment, frame, remember_link
from ui.choice import choose_one
from ui.curves import show_curves
from ui.predict import predict, reveal
from ui.three_networks import (
    CONTESTANTS,
    EVERY,
    LAST,
    STEPS,
    UNITS,
    Measure,
    Part,
    Runs,
    Settings,
    brief,
    by_network,
    input_panels,
    loss_panel,
    measures,
    start,
    step_panels,
    summaries,
    worst,
)
from ui.turns import in_turns
from ui.words import prose

NAMES = [each.name for each in CONTESTANTS]
CLOSE = 0.1  # losses that differ by less than this share are too close to call
BY_NAME = {activation.name: key for key, activation in ACTIVATIONS.items()}


@fragment
def experiment() -> None:
    """The settings of the three runs and everything that is measured on them."""
    settings = controls()
    in_turns("wi_runs", settings, lambda: start(settings), show)


def controls() -> Settings:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        rate = st.slider("Learning rate", 0.05, 1.0, 0.3, 0.05, key="wi_rate", bind="query-params", width=300)
        depth = st.slider("Hidden layers", 1, 8, 4, key="wi_depth", bind="query-params", width=170)
        name = choose_one("Activation", list(BY_NAME), "ReLU", key="wi_activation")
        seed = st.number_input("Seed", 0, 999, 0, key="wi_seed", bind="query-params", width=110)
    return Settings(rate, depth, BY_NAME[name], seed)


def show(parts: tuple[Part, ...], more: bool) -> None:
    """Everything that is measured, of what there is so far."""
    remember_link()
    runs = by_network(parts)
    taken = max(run[-1].taken for run in runs)
    inputs(runs)
    st.markdown(say_shift(summaries(runs), taken, more))
    guess = predict(
        "The noise makes a layer's inputs jump from step to step. Which of the three trains **worst**: ends with the "
        "highest loss?",
        NAMES,
        key="wi_guess",
    )
    if guess is None:
        return
    if more:
        st.info(f"Training: {taken} of {STEPS} steps. The verdict comes at the end.")
    else:
        reveal_worst(guess, runs)
    prose("why_it_works/measures")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        show_curves([loss_panel(runs)], key="wi_loss", height=420)
    right.markdown(evidence_table(summaries(runs)))
    if not more:
        right.markdown(say_evidence(measures(summaries(runs)), worst(summaries(runs), runs), summaries(runs)))
    along_the_step(runs)


def inputs(runs: Runs) -> None:
    """The distributions of one unit over time."""
    picture = st.container()
    unit = st.slider(
        f"Unit of the last hidden layer, 1 to {UNITS}", 1, UNITS, 1, key="wi_unit", bind="query-params", width=320
    )
    with picture:
        show_curves(input_panels(runs, unit - 1), key="wi_inputs", height=230)


def say_shift(sums: Sequence[Summary], taken: int, more: bool) -> str:
    numbers = ", ".join(f"**{brief(each.input_shift)}** ({name})" for name, each in zip(NAMES, sums, strict=True))
    progress = f"so far {taken} of {STEPS} steps" if more else f"all {STEPS} steps"
    return (
        f"From one step to the next a unit's mean moves by {numbers} of its standard deviation σ: the median over the "
        f"probed steps, on average over the hidden layers; {progress}."
    )


def reveal_worst(guess: str, runs: Runs) -> None:
    sums = summaries(runs)
    loser = worst(sums, runs)
    losses = ", ".join(f"{name} {brief(each.final_loss)}" for name, each in zip(NAMES, sums, strict=True))
    because = f"Mean loss over the last {LAST} steps: {losses}."
    for name, run in zip(NAMES, runs, strict=True):
        if run[-1].stopped:
            because += f" {name.capitalize()}: {run[-1].stopped}"
    largest, second = sorted((each.final_loss for each in sums), reverse=True)[:2]
    if largest - second < CLOSE * largest:
        because += " The two largest are within 10% of each other: **too close to call** from one run."
    reveal(guess, NAMES[loser], because)


def evidence_table(sums: Sequence[Summary]) -> str:
    accuracies = ["–" if each.accuracy is None else f"{each.accuracy:.1%}" for each in sums]
    lines = [
        f"| ▲ is the worst of its row | {' | '.join(NAMES)} |",
        "|:--|--:|--:|--:|",
        f"| **loss at the end** | {' | '.join(brief(each.final_loss) for each in sums)} |",
        f"| **right on held-out digits** | {' | '.join(accuracies)} |",
    ]
    for each in measures(sums):
        cells = [f"**▲\u202f{value}**" if k == each.points_at else value for k, value in enumerate(each.values)]
        lines.append(f"| **{each.name}**: {each.what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def say_evidence(rows: Sequence[Measure], loser: int, sums: Sequence[Summary]) -> str:
    agree = [each.name for each in rows if each.points_at == loser]
    differ = [each.name for each in rows if each.points_at != loser]
    words = f"**{NAMES[loser].capitalize()}** trained worst. "
    words += f"It is also worst in {listed(agree)}. " if agree else "It is worst in nothing else. "
    if differ:
        words += f"Not so in {listed(differ)}: by {'itself that' if len(differ) == 1 else 'themselves they'} can't explain these runs. "
    plain, batch = (sums[NAMES.index(name)].gradient_shift for name in ("plain", "batch norm"))
    words += f"The gradient shift is {brief(batch)} with batch norm, {brief(plain)} without"
    found = "Santurkar et al. found it no smaller in their networks (below)"
    return words + (f"; {found}." if batch < plain else f", not smaller; so {found}.")


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def along_the_step(runs: Runs) -> None:
    """Loss and gradient ahead, at a step that the reader chooses."""
    st.subheader("How far can the gradient be trusted?", anchor=False)
    prose("why_it_works/ahead")
    taken = st.slider("Steps taken before", 0, STEPS, 50, EVERY, key="wi_taken", bind="query-params", width=320)
    there = min(taken, max(run[-1].taken for run in runs))
    show_curves(step_panels(runs, there), key="wi_ahead")
    missing = [
        name for name, run in zip(NAMES, runs, strict=True) if not any(e.taken == there and e.probe for e in run)
    ]
    if missing:
        st.markdown(f"After {there} steps there is nothing left to measure of: {', '.join(missing)}.")


with frame("why_it_works"):
    prose("why_it_works/claim")
    experiment()
    st.subheader("What is known, what is disputed", anchor=False)
    prose("why_it_works/known")
