"""Images and relatives: which values share a mean, in batch, layer, instance and group norm, and what each depends on."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from bn import (
    CONVENTIONS,
    FILTERS,
    NORMS,
    BatchNorm,
    batch_norm,
    histograms,
    instance_norm,
    moved_by_company,
    normalizer,
    shared,
    sharing,
)
from ui import charts
from ui.chapters import close_chapter, fragment, open_chapter
from ui.feature_maps import IMAGES, feature_maps
from ui.figures import feature_maps as mosaic
from ui.figures import ridges, tensor
from ui.numbers import fixed
from ui.predict import predict, reveal
from ui.words import prose

# name: (N, C, H, W)
PRESETS = {
    "Dense layer, (64, 50)": (64, 50, 1, 1),
    "Convolution, (10, 64, 200, 200)": (10, 64, 200, 200),
    "One image, 3 channels": (1, 3, 32, 32),
    "Two images": (2, 6, 4, 4),
}
SIZES = {"ir_n": (1, 64, 4), "ir_c": (1, 64, 6), "ir_h": (1, 256, 3), "ir_w": (1, 256, 3)}
FIRST, LAST = "channels first", "channels last"
EDGES = np.linspace(-4, 4, 33)
ALL, BATCH_ALONE, BOTH, NONE = "all four", "batch norm's alone", "batch and layer norm's", "none"
COLUMNS = list(FILTERS)


# --- who shares --------------------------------------------------------------------------------------------------


@fragment
def who_shares() -> None:
    with st.container(horizontal=True):
        for name, sizes in PRESETS.items():
            st.button(name, key=f"ir_preset_{name}", on_click=put, args=(sizes,))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n, c, h, w = (
            st.slider(label, *SIZES[key], key=key, bind="query-params", width=150)
            for label, key in (
                ("N examples", "ir_n"),
                ("C channels", "ir_c"),
                ("H rows", "ir_h"),
                ("W columns", "ir_w"),
            )
        )
        asked = st.slider("Groups", 1, 32, 2, key="ir_groups", bind="query-params", width=150)
    groups = divisor(c, asked)
    norm = choose_norm("Normalize by", "ir_norm")
    sets = shared(norm, n, c, groups)
    picture, words = st.columns([3, 2], gap="medium", vertical_alignment="center")
    charts.show(picture, tensor.draw(sets, h, w), key="ir_tensor", alt=tensor.describe(sets, h, w))
    with words:
        st.markdown(say_sharing(norm, (n, c, h, w), groups, asked))
        st.markdown(all_four((n, c, h, w), groups))
        order = st.segmented_control(
            "The tensor's axes", [FIRST, LAST], default=FIRST, required=True, key="ir_order", bind="query-params"
        )
        st.markdown(say_axes(norm, (n, c, h, w), order))


def put(sizes: tuple[int, int, int, int]) -> None:
    """Set all four sizes."""
    for key, size in zip(SIZES, sizes, strict=True):
        st.session_state[key] = size


def title(norm: str) -> str:
    return f"{norm.capitalize()} norm"


def choose_norm(label: str, key: str) -> str:
    names = {title(norm): norm for norm in NORMS}
    chosen = st.segmented_control(
        label, list(names), default=title("batch"), required=True, key=key, bind="query-params"
    )
    return names[chosen]


def divisor(channels: int, asked: int) -> int:
    """The largest number of groups, at most as many as asked for, that divides the channels."""
    return next(k for k in range(min(asked, channels), 0, -1) if channels % k == 0)


def say_sharing(norm: str, shape: tuple[int, int, int, int], groups: int, asked: int) -> str:
    n, c, h, w = shape
    counted = sharing(norm, shape, groups)
    words = (
        f"{title(norm)}: **{counted.statistics:,}** mean{'s' if counted.statistics > 1 else ''} and as many variances, "
        f"each over **{counted.values:,}** value{'s' if counted.values > 1 else ''}. Tiles of one number share theirs."
    )
    if counted.values == 1:
        words += " A value that is its own mean becomes **0**, whatever it was: only β is left."
    rows, columns, height, width = tensor.drawn(shared(norm, n, c, groups), h, w)
    if (rows, columns, height, width) != shape:
        words += f" Drawn: {rows} of {n} examples, {columns} of {c} channels, {height} × {width} of {h} × {w} places."
    if norm == "group" and groups != asked:
        words += f" {asked} groups do not divide {c} channels evenly, so it is {groups}."
    return words


def all_four(shape: tuple[int, int, int, int], groups: int) -> str:
    rows = []
    for norm in NORMS:
        counted = sharing(norm, shape, groups)
        name = f"group, {groups} groups" if norm == "group" else norm
        rows.append(f"| {name} | {counted.statistics:,} | {counted.values:,} |")
    return "\n".join(["| norm | means | values each |", "|:--|--:|--:|", *rows])


def say_axes(norm: str, shape: tuple[int, int, int, int], order: str) -> str:
    n, c, h, w = shape
    first = order == FIRST
    written = f"({n}, {c}, {h}, {w})" if first else f"({n}, {h}, {w}, {c})"
    axes = {
        "batch": "(0, 2, 3)" if first else "(0, 1, 2)",
        "layer": "(1, 2, 3)",
        "instance": "(2, 3)" if first else "(1, 2)",
    }
    where = f"`x.mean(axis={axes[norm]})`" if norm in axes else "the channels are split into groups first"
    who = "PyTorch and ONNX write it" if first else "Keras and Flax write it"
    return f"{who} {written}; {title(norm).lower()}: {where}. The numbers are the same, only the axis is another."


# --- on real images ----------------------------------------------------------------------------------------------


@fragment
def on_images() -> None:
    st.subheader("On real images", anchor=False)
    prose("images_and_relatives/images")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        norm = choose_norm("Norm", "ir_shown")
        seed = st.number_input("Digits, seed", 0, 999, 0, key="ir_seed", bind="query-params", width=130)
    before = feature_maps(int(seed))
    after = normalizer(norm, 2)(before)
    pictured = (before, after, COLUMNS)
    charts.show(st.container(), mosaic.draw(*pictured), key="ir_maps", alt=mosaic.describe(*pictured))
    st.markdown(say_maps(norm, before, after))
    channels = tuple(histograms(each, 1, EDGES) for each in (before, after))
    images = tuple(histograms(each, 0, EDGES) for each in (before, after))
    charts.show(
        st.container(),
        ridges.draw(EDGES, channels, images, COLUMNS),
        key="ir_ridges",
        alt=ridges.describe(EDGES, channels, images, COLUMNS),
    )


def say_maps(norm: str, before: np.ndarray, after: np.ndarray) -> str:
    def apart(x: np.ndarray, axes: tuple[int, ...]) -> str:
        means = x.mean(axis=axes)
        return f"{fixed(float(means.min()), 2)} to {fixed(float(means.max()), 2)}"

    return (
        f"{title(norm)}. Channel means: {apart(before, (0, 2, 3))} before, **{apart(after, (0, 2, 3))}** after. Image "
        f"means: {apart(before, (1, 2, 3))} before, **{apart(after, (1, 2, 3))}** after. Dotted blue: before; filled "
        "vermilion: after."
    )


# --- what it depends on ------------------------------------------------------------------------------------------


@fragment
def company() -> None:
    st.subheader("Other company, same image", anchor=False)
    guess = predict(
        f"Image 0 stays; the {IMAGES - 1} others in its batch are replaced by other digits. Whose output for image 0 moves?",
        [ALL, BATCH_ALONE, BOTH, NONE],
        key="ir_guess",
    )
    seed = st.number_input("Other digits, seed", 0, 999, 1, key="ir_others", bind="query-params", width=170)
    if guess is None:
        st.markdown("Choose an answer; then all four are computed.")
        return
    maps, others = feature_maps(0), feature_maps(int(seed))
    moved = {norm: moved_by_company(maps[0], maps[1:], others[1:], normalizer(norm, 2)) for norm in NORMS}
    reveal(guess, right_answer(moved), because(moved))


def right_answer(moved: Mapping[str, float]) -> str:
    """What the numbers bear out; with the same company again, nothing moves."""
    found = {norm for norm, change in moved.items() if change > 0}
    known = {frozenset(): NONE, frozenset({"batch"}): BATCH_ALONE, frozenset({"batch", "layer"}): BOTH}
    return known.get(frozenset(found), ALL)


def because(moved: Mapping[str, float]) -> str:
    numbers = ", ".join(f"{norm} {fixed(change, 2)}" for norm, change in moved.items())
    return (
        f"The largest change of a value of image 0: {numbers}. The other three take their mean and variance from image 0 "
        "alone, so they do the same in training and in inference, and need no moving averages."
    )


# --- a batch of one ----------------------------------------------------------------------------------------------


def batch_of_one() -> None:
    st.subheader("A batch of one, and which norm when", anchor=False)
    one = feature_maps(0)[:1]
    apart = float(np.abs(batch_norm(one) - instance_norm(one)).max())
    layer = BatchNorm.create(4, CONVENTIONS["onnx"], channel_axis=1).with_unchecked(
        beta=np.array([0.5, -1.0, 2.0, 0.0])
    )
    y = layer.train([[3.0, -7.0, 100.0, 0.1]])[0].y[0]
    outputs = ", ".join(f"{value:g}" for value in y)
    st.markdown(
        f"- **Convolution.** A single image still has {one[0, 0].size} places in each channel. In training mode batch norm "
        f"*is* instance norm then: on image 0 the largest difference is {f'{apart:.0e}' if apart else '0'}.\n"
        f"- **Dense layer.** One value for each feature, and it is its own mean. With β = (0.5, −1, 2, 0) the input "
        f"(3, −7, 100, 0.1) gives y = ({outputs}), and so does every other input. PyTorch refuses it."
    )
    prose("images_and_relatives/which")


chapter = open_chapter("images_and_relatives")
who_shares()
on_images()
company()
batch_of_one()
close_chapter(chapter)
