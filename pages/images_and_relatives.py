"""Images and relatives: which values share a mean, what each norm takes from an image, and which to use when."""

import streamlit as st

from bn import NORMS, Norm
from ui.chapters import close_chapter, fragment, open_chapter
from ui.sharing_view import MOST_CHANNELS, MOST_EXAMPLES, MOST_PIXELS, Tensor, show_sharing
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
MOST_GROUPS = 32


# --- who shares a mean -------------------------------------------------------------------------------------------


@fragment
def who_shares() -> None:
    """The sizes of a batch, and for each norm the values that share a mean."""
    with st.container(horizontal=True, gap="small"):
        for name, preset in PRESETS.items():
            st.button(name, on_click=take, args=(preset,), key=f"ir_preset_{name}")
    tensor = read_tensor()
    show_sharing(tensor, key="ir_sharing")
    st.markdown(say_drawn(tensor))
    left, right = st.columns([3, 2], gap="large")
    left.markdown(count_table(tensor))
    with right:
        prose("images_and_relatives/sharing")


def take(preset: tuple[int, int, int, int, int, str]) -> None:
    for key, value in zip(("n", "c", "h", "w", "groups", "order"), preset, strict=True):
        st.session_state[f"ir_{key}"] = value


def read_tensor() -> Tensor:
    n, c, h, w, groups, order = START
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        n = st.number_input("N examples", 1, 256, n, key="ir_n", bind="query-params", width=125)
        c = st.number_input("C channels", 1, 64, c, key="ir_c", bind="query-params", width=125)
        h = st.number_input("H height", 1, 256, h, key="ir_h", bind="query-params", width=125)
        w = st.number_input("W width", 1, 256, w, key="ir_w", bind="query-params", width=125)
        order = st.selectbox("Channels", [FIRST, LAST], key="ir_order", bind="query-params", width=200)
        groups = st.slider(
            "Groups of group norm", 1, MOST_GROUPS, groups, key="ir_groups", bind="query-params", width=260
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
        words.append(f"Drawn: {', '.join(parts)}, evenly picked; the counts are for all of it.")
    if tensor.groups != tensor.asked:
        words.append(
            f"**{tensor.asked} groups do not divide {tensor.c} channel{'s' * (tensor.c > 1)} evenly**, which frameworks "
            f"refuse; here it is {tensor.groups}."
        )
    return " ".join(words)


def count_table(tensor: Tensor) -> str:
    lines = []
    for norm in NORMS:
        sharing = tensor.sharing(norm)
        name = f"{norm}, {tensor.groups}" if norm == "group norm" else norm
        lines.append(f"| {name} | `{code(tensor, norm)}` | **{sharing.statistics:,}** | {sharing.values:,} |")
    return "\n".join(["| norm | its means in NumPy | how many | values each |", "|:--|:--|--:|--:|", *lines])


def code(tensor: Tensor, norm: Norm) -> str:
    """The means of a norm, from an array x of this shape."""
    if norm != "group norm":
        axes = tensor.sharing(norm).axes
        return f"x.mean({axes[0] if len(axes) == 1 else axes})" if axes else "x"
    shape, axis, groups = list(tensor.shape), tensor.axis, tensor.groups
    split = [*shape[:axis], groups, tensor.c // groups, *shape[axis + 1 :]]
    axes = tuple(i for i in range(1, len(split)) if i != axis)
    return f"x.reshape{tuple(split)}.mean({axes[0] if len(axes) == 1 else axes})"


# --- the page ----------------------------------------------------------------------------------------------------

chapter = open_chapter("images_and_relatives")
who_shares()
close_chapter(chapter)
