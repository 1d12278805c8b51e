"""The chapters in reading order, and the frame that each of their pages stands in."""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.collector import collect_seldom
from ui.line import line_of
from ui.link import is_endless, renamed, unusable
from ui.open_files import allow_many_files
from ui.own_batch import read_ahead
from ui.words import prose

ASSETS = Path(__file__).parent.parent / "assets"
# A file of our own: Streamlit's named icons make the browser ask a font server for the tab's icon.
ICON = ASSETS / "icon.png"
PROJECTOR = "projector"  # the one setting of all pages
P = ParamSpec("P")


@dataclass(frozen=True)
class Chapter:
    """One page: its name in URLs and folders, its script, its title, the sentence under it, and its main slider's key, if any."""

    name: str
    script: str
    title: str
    promise: str
    slider: str | None
    borrowed: tuple[str, ...] = ()  # settings that belong to another chapter

    @property
    def url(self) -> str:
        """The path of the page on the server."""
        return "/" if self.script == "app.py" else f"/{self.name}"


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        name="lab",
        script="app.py",
        title="Batch Norm Lab",
        promise="A batch goes through the layer from top to bottom: each feature comes in as $x$, is centered and scaled "
        "to $\\hat x$, then stretched by $\\gamma$ and moved by $\\beta$ to $y$. Drag one blue dot, and watch every other "
        "example answer.",
        slider="gamma_0",
    ),
    Chapter(
        name="why_normalize",
        script="pages/why_normalize.py",
        title="Why normalize?",
        promise="A feature that is counted in large numbers sets the pace for all others. Move the **taxi** and watch what "
        "two normalizations make of it; then move the **scale ratio** and watch a bowl become a ravine.",
        slider="wn_ratio",
    ),
    Chapter(
        name="inside_the_layer",
        script="pages/inside_the_layer.py",
        title="Inside the layer",
        promise="One batch, five steps, every number at hand. Press **Next** and watch a column become its mean and "
        "variance, then be normalized by them; point at any symbol to see the numbers it stands for.",
        slider="il_layers",
        borrowed=("source", "batch"),
    ),
    Chapter(
        name="scale_and_shift",
        script="pages/scale_and_shift.py",
        title="Scale and shift",
        promise="What normalizing gives an activation function, what it takes, and how $\\gamma$ and $\\beta$ give it "
        "back. Move $\\gamma$ and watch the green squares spread along the curve, from its middle to its ends.",
        slider="ss_gamma",
    ),
    Chapter(
        name="training_vs_inference",
        script="pages/training_vs_inference.py",
        title="Training against inference",
        promise="In training the layer normalizes with the batch it sees; for inference it keeps a moving average of what "
        "it saw. Move the decay, the weight of the old average, and watch how long the dashed line takes to reach the "
        "truth, and how much it then shakes.",
        slider="ti_decay",
    ),
    Chapter(
        name="train_a_network",
        script="pages/train_a_network.py",
        title="Train a network",
        promise="Two networks learn to read handwritten digits, from the same weights and the same batches, one with batch "
        "norm and one without. Move the **learning rate** or the number of **layers**, and watch which twin can follow.",
        slider="tn_rate",
    ),
    Chapter(
        name="why_it_works",
        script="pages/why_it_works.py",
        title="Why it works",
        promise="Batch norm was said to work because it keeps each layer's inputs steady. Move the **learning rate**, watch "
        "whose inputs shift from step to step, and then see whose training suffers.",
        slider="wi_rate",
    ),
    Chapter(
        name="batch_size",
        script="pages/batch_size.py",
        title="Batch size",
        promise="In training, a batch's own mean and variance stand in for those of all the data, and the smaller the "
        "batch, the worse they do. Move the **batch size** and watch the cloud of batches close in on the truth.",
        slider="bs_m",
    ),
    Chapter(
        name="images_and_relatives",
        script="pages/images_and_relatives.py",
        title="Images and relatives",
        promise="Batch norm and its relatives do the same step; they differ in **which values share a mean** and a variance: "
        "each hue and number below is one. Point at a value to see its family in each norm. Move the number of **groups** and "
        "watch layer norm become instance norm.",
        slider="ir_groups",
    ),
    Chapter(
        name="backward_pass",
        script="pages/backward_pass.py",
        title="The backward pass",
        promise="A gradient arrives at the outputs and has to get back to the inputs, through everything that the batch "
        "shares. Move **Steps back** and watch it find its way, one operation at a time, with your own numbers.",
        slider="bp_step",
        borrowed=("source", "batch"),
    ),
    Chapter(
        name="frameworks",
        script="pages/frameworks.py",
        title="Your framework",
        promise="PyTorch, Keras, Flax, ONNX and the 2015 paper agree on the layer and differ in what it remembers. Move the "
        "**batches seen** and watch six moving averages part; then convert, fold and check your own.",
        slider="fw_steps",
        borrowed=("source", "batch"),
    ),
    Chapter(
        name="for_teachers",
        script="pages/for_teachers.py",
        title="For teachers",
        promise="A lesson of 50 minutes in which every step opens one exact picture, a worksheet of predictions, the "
        "mistakes that students make with the picture that answers each, and what it takes to host the lab.",
        slider=None,
    ),
)


@contextmanager
def frame(name: str) -> Iterator[None]:
    """What a page stands in: navigation, heading and promise above it, its takeaway and the way to its neighbors below.

    Of a class that opens the same page, one reader after the other is served (`ui.line`).
    """
    chapter = {each.name: each for each in CHAPTERS}[name]
    _read_batches()
    with line_of(Path(chapter.script).name).to_open():
        asked = _asked(name)
        notices = _open(chapter)
        yield
        if asked and (problems := unusable(asked, st.session_state.to_dict())):
            notices.warning("Not everything in this link could be used. " + " ".join(problems))
        _close(chapter)


def _read_batches() -> None:
    """Read what this session has for a batch, while nobody waits for it."""
    for key in ("batch", "learned"):
        text = st.session_state.get(key) or st.query_params.get(key)
        if isinstance(text, str):
            read_ahead(text)


def _open(chapter: Chapter) -> DeltaGenerator:
    """Draw what stands above the page; return the place where to say what its link did not get."""
    collect_seldom()
    allow_many_files()
    st.set_page_config(page_title=chapter.title, page_icon=str(ICON), layout="wide")
    st.html(ASSETS / "page.css")
    st.session_state["_chapter"] = chapter
    remember_link()
    with st.sidebar:
        larger = st.toggle("Larger type, for a projector", key=PROJECTOR, bind="query-params")
        for each in CHAPTERS:
            _back_to(each, each.title)
    if larger:
        st.html(ASSETS / "projector.css")
    st.title(chapter.title, anchor=False)
    st.markdown(chapter.promise)
    return st.container()


def _close(chapter: Chapter) -> None:
    """Draw the takeaway (assets/prose/<name>/takeaway.md) and the links to the chapters before and after."""
    st.divider()
    prose(f"{chapter.name}/takeaway")
    at = CHAPTERS.index(chapter)
    with st.container(horizontal=True):
        for arrow, neighbor in (("←", CHAPTERS[at - 1] if at else None), ("→", next(iter(CHAPTERS[at + 1 :]), None))):
            if neighbor:
                _back_to(neighbor, f"{arrow} {neighbor.title}")


def _asked(name: str) -> Mapping[str, str]:
    """What the link asks for on the first run of a chapter in this session; later nothing.

    In Streamlit 1.67 an infinite number for a whole one would stop the page, and a value that got lost (`mode=`) is a
    choice of nothing, even where there must be one. So the run begins again without them, and the defaults stand; and
    with today's names for what an older link calls otherwise.
    """
    state = st.session_state
    if f"_asked_{name}" in state:
        return state.pop("_asked_before", {})
    came = st.query_params.to_dict()
    asked = state[f"_asked_{name}"] = renamed(came)
    without = [key for key, text in asked.items() if not text or is_endless(text)]
    if without or asked != came:
        st.query_params.update({key: text for key, text in asked.items() if text != came[key]})
        for key in without:
            del st.query_params[key]
        state["_asked_before"] = asked
        st.rerun()
    return asked


def fragment(part: Callable[P, None]) -> Callable[P, None]:
    """A part of a page that reruns by itself, as st.fragment; what was set in it is there when the reader comes back.

    Of a class that moves the same part, one reader after the other is answered (`ui.line`).
    """

    @st.fragment
    @wraps(part)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with line_of(Path(part.__code__.co_filename).name).to_move(part.__qualname__):
            remember_link()
            part(*args, **kwargs)

    return run


def remember_link() -> None:
    """Keep the settings of this chapter for the way back: Streamlit forgets a page's widgets when the reader leaves it."""
    chapter = st.session_state.get("_chapter")
    if chapter is None:
        return  # a part of a page that this session never opened
    elsewhere = (*chapter.borrowed, PROJECTOR)
    settings = {key: value for key, value in st.query_params.to_dict().items() if key not in elsewhere}
    st.session_state.setdefault("_links", {})[chapter.name] = settings


def forget_settings(keys: Container[str]) -> None:
    """Open every chapter without these settings when the reader comes back to it."""
    for settings in st.session_state.get("_links", {}).values():
        for key in [key for key in settings if key in keys]:
            del settings[key]


def link_to(chapter: Chapter, label: str, settings: Mapping[str, str]) -> None:
    """A link that opens a chapter with these settings; larger type comes along."""
    larger = {PROJECTOR: "true"} if st.session_state.get(PROJECTOR) else {}
    st.page_link(chapter.script, label=label, query_params={**settings, **larger})


def _back_to(chapter: Chapter, label: str) -> None:
    """A link that opens a chapter as the reader has left it."""
    link_to(chapter, label, st.session_state.get("_links", {}).get(chapter.name, {}))
