"""Your model: a checkup of the batch norm layers of a trained model, from a file that the reader drops."""

from functools import partial

import streamlit as st

from bn.checkup.compared import compare
from bn.checkup.findings import Finding
from ui.catalogue import CHAPTERS
from ui.checkpoints.examples import EXAMPLES
from ui.checkpoints.snippets import snippet, use
from ui.checkpoints.writing import as_file
from ui.choice import choose_one, on_demand
from ui.frame import fragment, frame
from ui.live.checkpoint import Taken, example, show_area, taken
from ui.live.model import show_model
from ui.memory import link_to
from ui.plain import plain
from ui.studies.checkup import SIGNS, Checkup, about_off, place_of, verdict
from ui.studies.model_report import as_csv, as_markdown
from ui.words import prose

BY_NAME = {chapter.name: chapter for chapter in CHAPTERS}
FIRST = "never updated"  # of the examples
SHOWN = 4  # findings that stand below the picture; the others are folded
FRAMEWORKS = {"PyTorch": "pytorch", "Keras 3": "keras", "Flax": "flax"}


# --- the model and what was found --------------------------------------------------------------------------------


def choose_model() -> Checkup:
    """The reader's own file, or one of the examples; and what would turn a foreign file into one that can be read."""
    left, right = st.columns([3, 1], vertical_alignment="top")
    with left:
        now = show_area(
            key="ym_file",
            label="Choose a file",
            hint="or drop it here: .safetensors of any size, all parts together, read in your browser",
            back="Back to the example",
        )
    names = list(EXAMPLES)
    name = right.selectbox(
        "Example",
        names,
        names.index(FIRST),
        key="ym_example",
        bind="query-params",
        disabled=now.checkup is not None,
    )
    say_how(now)
    return now.checkup or example(name)


def say_how(now: Taken) -> None:
    """The lines that turn a file that is not opened into one that can be read."""
    if now.lines:
        st.markdown("These lines turn it into a file that can be dropped:")
        needed = f"{snippet('keras').strip()}\n\n" if "record(" in now.lines else ""
        st.code(f"{needed}{now.lines}", language="python", wrap_lines=True)


@fragment
def picture(checkup: Checkup, key: str) -> None:
    """Its layers; the channels of one come when the reader rests there."""
    show_model(checkup, key=key)


def findings(found: tuple[Finding, ...], key: str) -> None:
    """The first few, the others folded."""
    show_findings(found[:SHOWN], 1)
    if len(found) > SHOWN:
        on_demand(f"{len(found) - SHOWN} more", partial(show_findings, found[SHOWN:], SHOWN + 1), key=f"{key}_more")


def show_findings(found: tuple[Finding, ...], first: int) -> None:
    """Each with where and how sure, its evidence, what to do, and the chapter that explains it."""
    for number, it in enumerate(found, start=first):
        st.markdown(
            f"**{number}. {plain(it.title)}** · {plain(place_of(it))} · {SIGNS[it.certainty]} {it.certainty}\n\n"
            f"{plain(it.evidence)} **What to do:** {plain(it.todo)}"
        )
        if chapter := BY_NAME.get(it.chapter):
            link_to(chapter, f"With these numbers: {chapter.title}" if it.query else chapter.title, it.query)


# --- on demand ---------------------------------------------------------------------------------------------------


def before_and_after(checkup: Checkup) -> None:
    prose("your_model/before")
    now = show_area(key="ym_before", label="Choose the first file", hint="or drop it here", back="Take it away")
    say_how(now)
    if now.checkup is None:
        return
    found = compare(now.checkup.model, checkup.model)
    findings(found, "ym_compared")
    if not found:
        st.markdown("Nothing differs: all vectors are the same, and ε as far as the files say it.")
    st.markdown(f"The layers of {plain(now.checkup.model.source)}:")
    picture(now.checkup, "ym_model_before")


def small_file() -> None:
    prose("your_model/snippet")
    framework = choose_framework("ym_framework")
    st.code(f"{snippet(framework).strip()}\n\n{use(framework)}", language="python", wrap_lines=True)


def choose_framework(key: str) -> str:
    return FRAMEWORKS[choose_one("Framework", list(FRAMEWORKS), next(iter(FRAMEWORKS)), key=key)]


def report(checkup: Checkup) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Findings as Markdown", as_markdown(checkup), "batch_norm_checkup.md", key="ym_markdown", on_click="ignore"
        )
        st.download_button("Layers as CSV", as_csv(checkup), "batch_norm_layers.csv", key="ym_csv", on_click="ignore")


def renewed_statistics(checkup: Checkup) -> None:
    if checkup.renewed is None:
        st.markdown(
            "This file holds no recorded batches. Write one with the lines under **A small file that says more**, "
            "with a few batches of your data; then its averages can be computed anew here."
        )
        return
    prose("your_model/renewed")
    st.download_button("renewed.npz", as_file(checkup.renewed), "renewed.npz", key="ym_renewed", on_click="ignore")


with frame("your_model"):
    checkup = choose_model()
    st.markdown(f"**{plain(checkup.model.source)}:** {plain(verdict(checkup))}")
    picture(checkup, "ym_model")
    st.markdown(about_off(checkup, example=checkup is not taken("ym_file").checkup))
    if checkup.findings:
        st.subheader("What was found", anchor=False)
        findings(checkup.findings, "ym_findings")
    on_demand("Before and after: two files", partial(before_and_after, checkup), key="ym_two")
    on_demand("A small file that says more: lines for your framework", small_file, key="ym_snippet")
    on_demand("Averages computed anew", partial(renewed_statistics, checkup), key="ym_anew")
    on_demand("A report to attach to an issue", partial(report, checkup), key="ym_report")
    on_demand("What is read, and what leaves your machine", partial(prose, "your_model/reading"), key="ym_reading")
