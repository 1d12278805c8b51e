"""Inside the layer: five steps on one batch, their shapes, a whole network of them, and a bias that cancels."""

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bn import (
    ACTIVATIONS,
    CONVENTIONS,
    BatchNorm,
    BiasProof,
    FloatArray,
    NetworkCounts,
    bias_elsewhere,
    count_network,
    layer_arrays,
)
from ui.batch.panel import batch_controls, describe_batch
from ui.batch.reading import OwnBatch
from ui.choice import choose_one, keep_name, keep_row
from ui.figures import network, shapes
from ui.frame import fragment, frame
from ui.live import film
from ui.live.messages import told_cell
from ui.live.walk import STEPS, Walk, show_walk
from ui.memory import go_on
from ui.numbers import counted, fixed, percent, short
from ui.plain import plain
from ui.predict import predict, reveal
from ui.studies.one_row import PATIENT, refusal
from ui.studies.parts_of_a_layer import (
    BIASES,
    DIGITS,
    PIXELS,
    WIDEST,
    bias_reel,
    network_reels,
    shapes_reels,
    with_bias,
)
from ui.words import prose

NUMBERED = [f"{k} {name}" for k, name in enumerate(STEPS, start=1)]
BY_NAME = {convention.name: convention for convention in CONVENTIONS.values()}
PRESETS = {
    "MNIST's 784 pixels, batch of 64": (64, 784),
    "Hidden layer of 50, batch of 2": (2, 50),
    "Hidden layer of 50, batch of 64": (64, 50),
    "A single neuron, batch of 64": (64, 1),
}
STAYS, SCALED, MOVES = "0: not at all", "b ÷ σ: b in standard deviations", "b: as far as x"


# --- five steps --------------------------------------------------------------------------------------------------


@fragment
def walk_through(batch: OwnBatch) -> None:
    names = batch.names
    step = step_controls()
    rows, columns = batch.values.shape
    keep_row("il_row", rows)
    keep_name("il_feature", names)
    walk_place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        feature = st.selectbox("Feature", names, key="il_feature", bind="query-params", width=180)
        row = st.number_input("Row", 0, rows - 1, 0, key="il_row", bind="query-params", width=130)
        with where_it_acts("il_parameters", step, (4,)):
            gamma = st.slider("γ of this feature", -3.0, 3.0, 1.5, 0.1, key="il_gamma", bind="query-params", width=180)
            beta = st.slider("β of this feature", -5.0, 5.0, 0.5, 0.1, key="il_beta", bind="query-params", width=180)
        with where_it_acts("il_convention", step, (3, 5)):
            convention = st.selectbox(
                "ε and averages as in", list(BY_NAME), key="il_as", bind="query-params", width=180
            )
    column = names.index(feature)
    chosen = BY_NAME[convention]
    layer = BatchNorm.create(columns, chosen if chosen.takes(rows) else PATIENT, channel_axis=1)
    if not chosen.takes(rows):
        st.warning(f"{refusal(chosen)} The steps show what {PATIENT.name} makes of it.")
    layer = replace(layer, gamma=at(column, gamma, layer.gamma), beta=at(column, beta, layer.beta))
    trace, after = layer.train(batch.values)
    with walk_place:
        chosen_cell = partial(choose_cell, rows, names)
        walk = Walk(trace, layer, after, names)
        show_walk(walk, step, (row, column), ("il_gamma", "il_beta"), key="il_walk", on_choose=chosen_cell)


def where_it_acts(name: str, step: int, steps: tuple[int, ...]) -> DeltaGenerator:
    """A place for controls that is seen in these steps alone (assets/page.css); what they are set to stays."""
    return st.container(horizontal=True, width="content", key=f"{'here' if step in steps else 'elsewhere'}_{name}")


def at(column: int, value: float, others: FloatArray) -> FloatArray:
    return np.where(np.arange(len(others)) == column, value, others)


def step_controls() -> int:
    """The number of the step; the buttons are filled in when it is known, for they end where the steps do."""
    with st.container(horizontal=True, vertical_alignment="center"):
        buttons = st.container(horizontal=True, width="content")
        chosen = choose_one("Step", NUMBERED, NUMBERED[0], key="il_step", label_visibility="collapsed", wrap=True)
    step = NUMBERED.index(chosen) + 1
    buttons.button("← Back", key="il_back", on_click=go, args=(-1,), disabled=step == 1)
    buttons.button("Next →", key="il_next", on_click=go, args=(1,), disabled=step == len(STEPS))
    return step


def go(by: int) -> None:
    to = NUMBERED.index(st.session_state.get("il_step", NUMBERED[0])) + by
    st.session_state["il_step"] = NUMBERED[min(max(to, 0), len(NUMBERED) - 1)]


def choose_cell(rows: int, names: tuple[str, ...]) -> None:
    cell = told_cell("il_walk")
    if cell and cell[0] in range(rows) and cell[1] in range(len(names)):
        st.session_state["il_row"] = cell[0]
        st.session_state["il_feature"] = names[cell[1]]


# --- shapes ------------------------------------------------------------------------------------------------------


def shapes_for_real_networks() -> None:
    """The picture has all stops of its sliders, which stand above it; it and they answer by themselves."""
    st.subheader("Shapes in real networks", anchor=False)
    prose("inside_the_layer/shapes")
    controls, picture, words = st.container(), st.container(), st.empty()
    with controls:
        sizes(words)
    state = st.session_state
    film.show(picture, *shapes_reels(state.get("il_n", 64), state.get("il_c", 50)), key="il_shapes", apart=True)


@fragment
def sizes(words: DeltaGenerator) -> None:
    with st.container(horizontal=True):
        for k, (label, (n, c)) in enumerate(PRESETS.items()):
            st.button(label, key=f"il_preset_{k}", on_click=take_preset, args=(n, c))
    left, right = st.columns(2)
    n = left.slider("Batch size N", 1, shapes.MOST_ROWS, 64, key="il_n", bind="query-params")
    c = right.slider("Features C", 1, shapes.MOST_FEATURES, 50, key="il_c", bind="query-params")
    words.markdown(describe_shapes(n, c))


def take_preset(n: int, c: int) -> None:
    st.session_state["il_n"] = n
    st.session_state["il_c"] = c


def describe_shapes(n: int, c: int) -> str:
    sizes = {array.symbol: array.size for array in layer_arrays(n, c)}
    learned = sum(array.size for array in layer_arrays(n, c) if array.kind == "learned")
    remembered = sum(array.size for array in layer_arrays(n, c) if array.kind == "remembered")
    words = (
        f"**{counted(sizes['x'], 'value')}** come in and go out. Step 2 makes **{counted(sizes['μ'], 'mean')}** and "
        f"**{counted(sizes['σ²'], 'variance')}**, each over {counted(n, 'value')}. The layer learns **{learned:,}** numbers "
        f"and remembers **{remembered:,}**, whatever [N](#rows) is."
    )
    if n == 1:
        words += (
            " With one row each mean is that row: x̂ is 0 and y is β, whatever comes in. PyTorch refuses to train on it."
        )
    return words


# --- a network ---------------------------------------------------------------------------------------------------


def a_network() -> None:
    st.subheader("A network of them", anchor=False)
    prose("inside_the_layer/network")
    controls, picture, words = st.container(), st.container(), st.empty()
    with controls:
        layers_and_width(words)
    state = st.session_state
    moved = network_reels(state.get("il_layers", 2), state.get("il_width", 50))
    film.show(picture, *moved, key="il_network", apart=True)


@fragment
def layers_and_width(words: DeltaGenerator) -> None:
    left, right = st.columns(2)
    layers = left.slider("Hidden layers", 1, network.MOST, 2, key="il_layers", bind="query-params")
    width = right.slider("Neurons in each", 1, WIDEST, 50, key="il_width", bind="query-params")
    words.markdown(describe_network(count_network(PIXELS, [width] * layers, DIGITS)))


def describe_network(counts: NetworkCounts) -> str:
    share = counts.gamma_beta / counts.learned
    return (
        f"Learned: **{counts.learned:,}** numbers, {counts.gamma_beta:,} of them γ and β ({percent(share, 1)}). Remembered: "
        f"**{counts.remembered:,}**. Left out: **{counts.biases_saved:,}** biases, crossed out above; what they would do comes next."
    )


# --- the bias ----------------------------------------------------------------------------------------------------


@fragment
def the_bias_cancels(batch: OwnBatch) -> None:
    st.subheader("A bias in front of the layer", anchor=False)
    guess = predict(
        "The layer before adds a bias b to every row of a feature, so x becomes x + b. How far does [x̂](#x-hat) move?",
        [MOVES, SCALED, STAYS],
        key="il_guess",
    )
    low, high, by = BIASES
    k = st.slider(
        "Bias b, in standard deviations of the feature", low, high, 3.0, by, key="il_bias", bind="query-params"
    )
    reel = bias_reel(batch.values[:, 0], batch.names[0], revealed=guess is not None)
    film.show(st.container(), (reel, k), key="il_proof")
    proof = with_bias(batch.values, k)
    if guess:
        reveal(guess, answer(proof), because(proof))
        st.markdown(where_it_counts(proof, batch.names[0]))
        go_on()


def answer(proof: BiasProof) -> str:
    """What the numbers bear out: no change beyond rounding, or the nearer of b ÷ σ and b."""
    if proof.cancels:
        return STAYS
    b = np.abs(proof.bias)
    scaled = float(np.max(b / np.where(proof.before.std > 0, proof.before.std, 1)))
    return SCALED if abs(proof.difference - scaled) < abs(proof.difference - float(b.max())) else MOVES


def because(proof: BiasProof) -> str:
    return (
        "The mean moves by b as well, so x + b − (μ + b) = x − μ, and the variance does not see b at all. Over all "
        f"{proof.before.x_hat.size:,} values the largest change of x̂ is **{short(proof.difference)}**, which is rounding. "
        "To move the output, the layer has β."
    )


def where_it_counts(proof: BiasProof, name: str) -> str:
    """What the same bias does to the feature shown where it does not stand directly before a layer in training."""
    x, eps = proof.before.x[:, :1], proof.before.eps
    behind, inference = bias_elsewhere(x, proof.bias[:1], ACTIVATIONS["sigmoid"], eps)
    return (
        f"**Not everywhere.** With a sigmoid between bias and layer, x̂ of {plain(name)} moves by up to "
        f"**{fixed(behind, 2)}**: the curve bends what the bias has moved. And in **inference** the moving mean remembers the "
        "bias that the network was trained with. Who takes that bias out of a trained network has to subtract it from the "
        f"moving mean too; otherwise every x̂ is off by b/√(σ² + ε), here by **{fixed(inference, 2)}**."
    )


# --- the page ----------------------------------------------------------------------------------------------------

with frame("inside_the_layer"):
    batch = batch_controls("il")
    st.markdown(describe_batch(batch))
    walk_through(batch)
    prose("inside_the_layer/walk")
    shapes_for_real_networks()
    a_network()
    the_bias_cancels(batch)
