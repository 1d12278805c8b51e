"""Images and relatives: which values share a mean, what each norm takes from an image, and which to use when."""

from functools import partial

import numpy as np
import streamlit as st

from bn import (
    NORMS,
    FloatArray,
    Norm,
    batch_norm,
    channel_ratio,
    contrast_of_first,
    dividing,
    instance_norm,
    layer_norm,
)
from ui import charts
from ui.catalogue import CHAPTERS
from ui.choice import choose_one, on_demand
from ui.figures import feature_maps
from ui.figures.style import NORMALIZED
from ui.frame import fragment, frame
from ui.links import SHOW_ME
from ui.live import film
from ui.live.sharing import (
    GROUPS,
    MOST_CHANNELS,
    MOST_EXAMPLES,
    MOST_PIXELS,
    SIDE_BY_SIDE,
    Tensor,
    divisors,
    show_sharing,
)
from ui.memory import go_on, link_to
from ui.numbers import fixed
from ui.predict import predict, reveal
from ui.studies.digits import digits
from ui.studies.filtered_digits import (
    BATCH,
    FAINTEST,
    FINEST,
    GROUP,
    INSTANCE,
    LAYER,
    NORMALIZERS,
    REACH,
    SHORT,
    STRONGEST,
    apart_by_size,
    change_in_inference,
    changes,
    company,
    ink_reels,
    maps,
    stage,
)
from ui.words import prose

FIRST, LAST = "first (N, C, H, W)", "last (N, H, W, C)"
# N, C, H, W, groups, where the channels are.
PRESETS = {
    "Small": (4, 8, 6, 6, 2, FIRST),
    "(10, 200, 200, 64)": (10, 64, 200, 200, 32, LAST),
    "First layer of LeNet": (64, 6, 28, 28, 2, FIRST),
    "One image": (1, 8, 6, 6, 2, FIRST),
    "Dense (64, 50)": (64, 50, 1, 1, 2, FIRST),
}
START = PRESETS["Small"]
INK = 0.3  # of image 1, at first
CHANGE_REACH = 0.25  # where the colors of changes end
KEEPS = {
    BATCH: "The same two numbers for a whole channel cannot tell a faint image from a strong one, so **contrast stays**; "
    "channels are made alike.",
    LAYER: "Each image is divided by its own deviation, so **its contrast goes**; its channels are divided by the same number, "
    "so what is between them stays.",
    GROUP: "As in layer norm **contrast goes**, and between the two channels of a group differences stay.",
    INSTANCE: "Every map by itself gets mean 0 and deviation 1: **both go**.",
}
ALL, ONLY_BATCH, BATCH_AND_GROUP, NO_NORM = "all four", "only batch norm", "batch and group norm", "none"
SAME_AS_LAYER, SAME_AS_INSTANCE, ALL_ZERO = "what layer norm makes", "what instance norm makes", "all zeros"
SIZES = (1, 2, 4, 8, 16)


# --- who shares a mean -------------------------------------------------------------------------------------------


@fragment
def who_shares() -> None:
    """The sizes of a batch, and for each norm the values that share a mean."""
    with st.container(horizontal=True, gap="small"):
        for name, preset in PRESETS.items():
            st.button(name, on_click=take, args=(preset,), key=f"ir_preset_{name}")
    sizes, picture, below = (st.container() for _ in range(3))
    with below:
        counts = st.container(key="ir_counts")
        order = st.selectbox("Channels", [FIRST, LAST], key="ir_order", bind="query-params", width=200)
    with sizes:
        tensor = read_tensor(order)
    with picture:
        show_sharing(tensor, key="ir_sharing")
        st.markdown(say_drawn(tensor))
    counts.markdown(count_table(tensor))
    about = partial(prose, "images_and_relatives/sharing")
    on_demand("Channels first or last, and the two meanings of layer norm", about, key="ir_meanings")


def take(preset: tuple[int, int, int, int, int, str]) -> None:
    for key, value in zip(("n", "c", "h", "w", "groups", "order"), preset, strict=True):
        st.session_state[f"ir_{key}"] = value


def read_tensor(order: str) -> Tensor:
    n, c, h, w, groups, _ = START
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        n = st.number_input("N examples", 1, 256, n, key="ir_n", bind="query-params", width=125)
        c = st.number_input("C channels", 1, 64, c, key="ir_c", bind="query-params", width=125)
        h = st.number_input("H height", 1, 256, h, key="ir_h", bind="query-params", width=125)
        w = st.number_input("W width", 1, 256, w, key="ir_w", bind="query-params", width=125)
    stops = divisors(c)
    if GROUPS in st.session_state:  # which other channels than these may have been split into
        st.session_state[GROUPS] = dividing(st.session_state[GROUPS], c)
    groups = st.select_slider(
        "Groups of group norm",
        stops,
        dividing(groups, c),
        key=GROUPS,
        bind="query-params",
        disabled=len(stops) == 1,
    )
    return Tensor(n, c, h, w, order == LAST, groups)


def say_drawn(tensor: Tensor) -> str:
    """What the picture leaves out, and what to know about this shape."""
    shape = f"({', '.join(map(str, tensor.shape))})"
    total = tensor.n * tensor.c * tensor.h * tensor.w
    words = [f"Shape **{shape}**, {total:,} value{'s' * (total > 1)}."]
    parts = [
        f"{most} of {size} {what}"
        for size, most, what in ((tensor.n, MOST_EXAMPLES, "examples"), (tensor.c, MOST_CHANNELS, "channels"))
        if size > most
    ]
    if max(tensor.h, tensor.w) > MOST_PIXELS:
        drawn = min(tensor.h, MOST_PIXELS), min(tensor.w, MOST_PIXELS)
        parts.append(f"{drawn[0]} × {drawn[1]} of {tensor.h} × {tensor.w} pixels")
    if parts:
        words.append(f"Drawn: {', '.join(parts)}, evenly picked; counts are of all.")
    alone = [norm for norm in SIDE_BY_SIDE if tensor.sharing(norm).values == 1]
    if alone:
        words.append(f"**By {' and '.join(alone)} each value is its own mean**: all of them become 0.")
    return " ".join(words)


def count_table(tensor: Tensor) -> str:
    lines = []
    for norm in NORMS:
        sharing = tensor.sharing(norm)
        name = f"{norm}, {tensor.groups}" if norm == "group norm" else norm
        lines.append(f"| {name} `{code(tensor, norm)}` | **{sharing.statistics:,}** | {sharing.values:,} |")
    return "\n".join(["| norm, and its means in NumPy | means | values each |", "|:--|--:|--:|", *lines])


def code(tensor: Tensor, norm: Norm) -> str:
    """The means of a norm, from an array x of this shape."""
    if norm != "group norm":
        axes = tensor.sharing(norm).axes
        return f"x.mean({axes[0] if len(axes) == 1 else axes})" if axes else "x"
    shape, axis, groups = list(tensor.shape), tensor.axis, tensor.groups
    split = [*shape[:axis], groups, tensor.c // groups, *shape[axis + 1 :]]
    axes = tuple(i for i in range(1, len(split)) if i != axis)
    return f"x.reshape{tuple(split)}.mean({axes[0] if len(axes) == 1 else axes})"


# --- digits through filters --------------------------------------------------------------------------------------


@fragment
def through_filters() -> None:
    """Digits through filters and one of the norms; all that answers to the digit and its ink."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = choose_one("Normalize by", list(NORMALIZERS), BATCH, key="ir_norm")
        last = len(digits().train.labels) - 1
        digit = st.number_input("Image 1 is digit no.", 0, last, 1, key="ir_digit", bind="query-params", width=170)
    above, below = st.columns(2), st.columns(2)
    with_ink(digit, name)
    # Outside of the slider's part, so that an answer to the slider does not bring them again.
    ink = st.session_state.get("ir_ink", INK)
    keys = ("ir_before", "ir_after", "ir_channels", "ir_images")
    for where, reel, key in zip((*above, *below), ink_reels(digit, name), keys, strict=True):
        film.show(where, (reel, ink), key=key)


@fragment
def with_ink(digit: int, name: str) -> None:
    """How much ink the first image has, and what that does."""
    ink = st.slider("Ink of image 1", FAINTEST, STRONGEST, INK, FINEST, key="ir_ink", bind="query-params")
    x = maps(company(digit, 0), ink)
    left, right = st.columns(2, gap="large")
    left.container(key="ir_contrast").markdown(contrast_table(x, name))
    right.markdown(say_left(x, NORMALIZERS[name](x), name))
    whose_moves(digit, ink)
    batch_of_one(digit, ink)


def contrast_table(x: FloatArray, chosen: str) -> str:
    """What each norm leaves of image 1's contrast, and of the differences between channels."""
    lines = []
    for name, values in {"x": x, **{name: normalize(x) for name, normalize in NORMALIZERS.items()}}.items():
        bold = "**" if name == chosen else ""
        contrast, ratio = fixed(contrast_of_first(values), 2), fixed(channel_ratio(values), 2)
        lines.append(f"| {bold}{name}{bold} | {bold}{contrast}{bold} | {bold}{ratio}{bold} |")
    head = "| | contrast of image 1, others = 1 | strongest channel, weakest = 1 |\n|:--|--:|--:|"
    return "\n".join([head, *lines])


def say_left(x: FloatArray, x_hat: FloatArray, name: str) -> str:
    """What became of image 1 and of the channels."""
    contrast, ratio = [contrast_of_first(each) for each in (x, x_hat)], [channel_ratio(each) for each in (x, x_hat)]
    image = (
        f"Image 1 came with **{fixed(contrast[0], 2)}** of the contrast of the others; after {name} it has "
        f"**{fixed(contrast[1], 2)}**. "
    )
    channels = (
        f"The strongest channel was {fixed(ratio[0], 2)} times the weakest, now it is **{fixed(ratio[1], 2)}** times. "
    )
    return f"{image}{channels}{KEEPS[name]}"


# --- whose output moves ------------------------------------------------------------------------------------------


@fragment
def whose_moves(digit: int, ink: float) -> None:
    """Ask which outputs for an image depend on the other images, then exchange those."""
    st.subheader("Exchange the other images", anchor=False)
    guess = predict(
        "Image 1 stays, every **other** image in the batch becomes another digit. By which norms does the **output for image "
        "1** change, in training?",
        [ALL, ONLY_BATCH, BATCH_AND_GROUP, NO_NORM],
        key="ir_guess",
    )
    if guess is None:
        return
    verdict = st.container()
    seed = st.number_input("Others drawn with seed", 1, 999, 1, key="ir_seed", bind="query-params", width=170)
    moved = changes(digit, ink, 0, seed)
    largest = {name: float(np.abs(change).max()) for name, change in moved.items()}
    with verdict:
        reveal(guess, who_moved(largest), say_moved(largest, change_in_inference(digit, ink, 0, seed)))
        go_on()
    left, right = st.columns(2)
    rows, names = company(digit, seed), [name.replace(", ", "<br>") for name in NORMALIZERS]
    moves = [f"{name}<br>≤ {fixed(largest[each], 2)}" for name, each in zip(names, NORMALIZERS, strict=True)]
    x = maps(rows, ink)
    now = np.stack([normalize(x)[0] for normalize in NORMALIZERS.values()])
    labels = ", ".join(str(digits().train.labels[row]) for row in rows[1:])
    data = (now, names, SHORT, f"{stage(NORMALIZED)} of image 1, with {labels}", REACH)
    charts.show(left, feature_maps.draw(*data), key="ir_now", alt=feature_maps.describe(*data))
    data = (np.stack(list(moved.values())), moves, SHORT, f"Change of {stage(NORMALIZED)}", CHANGE_REACH)
    charts.show(right, feature_maps.draw(*data), key="ir_change", alt=feature_maps.describe(*data))


def who_moved(largest: dict[str, float]) -> str:
    moved = {name for name, change in largest.items() if change > 0}
    options = {ALL: set(largest), ONLY_BATCH: {BATCH}, BATCH_AND_GROUP: {BATCH, GROUP}, NO_NORM: set()}
    return next((option for option, names in options.items() if names == moved), " and ".join(sorted(moved)))


def say_moved(largest: dict[str, float], inference: float) -> str:
    """The largest change by each norm."""
    parts = ", ".join(f"{name} **{fixed(change, 2)}**" for name, change in largest.items())
    return (
        f"Largest change of x̂: {parts}. Only batch norm averages over examples. In inference, with moving averages, its "
        f"output for image 1 changes by {fixed(inference, 2)}: there it needs no company either."
    )


# --- a batch of one ----------------------------------------------------------------------------------------------


@fragment
def batch_of_one(digit: int, ink: float) -> None:
    """Ask what batch norm does to a single image, then compare."""
    st.subheader("A batch of one", anchor=False)
    guess = predict(
        "Image 1 is alone in its batch. In training mode, what does batch norm after a **convolution** make of it?",
        [SAME_AS_LAYER, SAME_AS_INSTANCE, ALL_ZERO],
        key="ir_guess_one",
    )
    if guess is None:
        return
    alone = maps(company(digit, 0)[:1], ink)
    by_batch = batch_norm(alone)
    others = {SAME_AS_LAYER: layer_norm(alone), SAME_AS_INSTANCE: instance_norm(alone), ALL_ZERO: np.zeros(alone.shape)}
    apart = {option: float(np.abs(by_batch - values).max()) for option, values in others.items()}
    reveal(
        guess,
        min(apart, key=apart.__getitem__),
        f"Largest difference from instance norm: **{fixed(apart[SAME_AS_INSTANCE], 2)}**, from layer norm "
        f"{fixed(apart[SAME_AS_LAYER], 2)}, from zero {fixed(apart[ALL_ZERO], 2)}. With [N](#rows) = 1, averaging over N, H and W is "
        "averaging over H and W. In inference mode batch norm uses moving averages, and that is not instance norm.",
    )
    sizes = zip(SIZES, apart_by_size(digit, ink, SIZES), strict=True)
    lines = [f"| {size} | {fixed(difference, 2)} |" for size, difference in sizes]
    head = "| images in the batch | largest difference, batch norm to instance norm, on image 1 |\n|--:|--:|"
    st.markdown("\n".join([head, *lines]))
    st.markdown(
        "A [dense](#dense) layer has one value for each example and feature, which is its own mean, and so has a convolution "
        "whose maps have shrunk to 1 × 1: of an example alone nothing is left."
    )
    batch_size = next(chapter for chapter in CHAPTERS if chapter.name == "batch_size")
    link_to(batch_size, f"A batch of one in a dense layer, in {batch_size.title}", {"bs_guess_two": SHOW_ME})


# --- the page ----------------------------------------------------------------------------------------------------

with frame("images_and_relatives"):
    who_shares()

    st.subheader("What each takes from an image", anchor=False)
    prose("images_and_relatives/digits")
    through_filters()

    st.subheader("Which one, when?", anchor=False)
    prose("images_and_relatives/when")
