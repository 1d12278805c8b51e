"""Your framework: one batch under every convention, a converter, folding, and the checks that people need."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

from bn import CONVENTIONS, BatchNorm, Convention, FloatArray, feed, resample
from ui import charts
from ui.chapters import fragment, frame
from ui.figures import conventions
from ui.folding import BATCHES, Example, as_file, convolution, dense
from ui.lab_batch import batch_controls, describe_batch
from ui.numbers import fixed
from ui.own_batch import OwnBatch
from ui.predict import predict, reveal
from ui.side_by_side import MOST_STEPS, after, history
from ui.take_home import WRITERS, show_code
from ui.words import plain, prose

MEAN, VARIANCE = "moving mean", "moving variance"
WITH_MOMENTUM = {each.name: each for each in CONVENTIONS.values() if each.momentum_weighs}
KERAS, PYTORCH = CONVENTIONS["keras"], CONVENTIONS["pytorch"]


# --- side by side ------------------------------------------------------------------------------------------------


@fragment
def side_by_side(batch: OwnBatch) -> None:
    st.subheader("One batch, five conventions", anchor=False)
    keep_existing(batch.names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        steps = st.slider("Batches seen", 0, MOST_STEPS, 30, key="fw_steps", bind="query-params", width=320)
        feature = st.selectbox("Feature", batch.names, key="fw_feature", bind="query-params", width=140)
        shown = st.segmented_control(
            "Picture", [MEAN, VARIANCE], default=VARIANCE, required=True, key="fw_shown", bind="query-params"
        )
    j = batch.names.index(feature)
    x = batch.values[:, [j]]
    layers = {each.name: after(x, each, steps) for each in CONVENTIONS.values()}
    whole = {each.name: history(x, each) for each in CONVENTIONS.values()}
    of_mean = shown == MEAN
    paths = {name: (each.mean if of_mean else each.var)[: steps + 1, 0] for name, each in whole.items()}
    truth = float(x.mean() if of_mean else x.var())
    alt = conventions.describe(paths, truth, steps)
    charts.show(st.container(), conventions.draw(paths, truth, steps), key="fw_paths", alt=alt)
    st.markdown(table(x, layers, plain(feature)))
    st.markdown(say_apart(layers))
    prose("frameworks/side_by_side")
    st.markdown(defaults())


def keep_existing(names: tuple[str, ...]) -> None:
    """Keep the chosen feature in another batch, if it has one of that name."""
    if "fw_feature" in st.session_state and st.session_state["fw_feature"] not in names:
        st.session_state["fw_feature"] = names[0]


def table(x: FloatArray, layers: Mapping[str, BatchNorm], feature: str) -> str:
    rows = [
        f"| {feature}, row 0 | y in training | moving mean | moving variance | y in inference |",
        "|:--|--:|--:|--:|--:|",
    ]
    for name, it in layers.items():
        trained, inferred = it.train(x)[0].y[0, 0], it.infer(x).y[0, 0]
        numbers = (trained, it.running_mean[0], it.running_var[0], inferred)
        rows.append(f"| {capital(name)} | {' | '.join(fixed(float(each), 4) for each in numbers)} |")
    return "\n".join(rows)


def defaults() -> str:
    rows = ["| by default | ε | old weight | remembers |", "|:--|--:|--:|:--|"]
    for convention in CONVENTIONS.values():
        decay = "(k−1)/k" if convention.decay is None else f"{convention.decay:g}"
        rows.append(f"| {capital(convention.name)} | {short(convention.eps)} | {decay} | σ² {divisor(convention)} |")
    return "\n".join(rows)


def capital(name: str) -> str:
    return name[0].upper() + name[1:]


def short(value: float) -> str:
    """Powers of ten without the leading zero: 1e-5, 0.001."""
    return f"{value:g}".replace("e-0", "e-")


def say_apart(layers: Mapping[str, BatchNorm]) -> str:
    first = layers[PYTORCH.name]

    def apart(other: BatchNorm) -> str:
        mean, var = other.running_mean - first.running_mean, other.running_var - first.running_var
        return f"{fixed(abs(float(mean[0])))} and {fixed(abs(float(var[0])))}"

    others = "; ".join(f"{name} {apart(layer)}" for name, layer in layers.items() if name != PYTORCH.name)
    return f"How far moving mean and moving variance are from PyTorch's: {others}. Thin line in the picture: the truth, ÷N."


# --- the converter -----------------------------------------------------------------------------------------------


@fragment
def converter(batch: OwnBatch) -> None:
    st.subheader("Convert", anchor=False)
    right = number(PYTORCH.momentum(KERAS.decay_for(0.99)))
    options = sorted({right, number(0.99), number(PYTORCH.momentum(PYTORCH.decay))})
    guess = predict(
        "A Keras layer says `momentum=0.99`. Which momentum makes PyTorch average alike?", options, key="fw_guess"
    )
    if guess is None:
        st.markdown("Choose an answer; then any number can be converted, with code for each framework.")
        return
    reveal(guess, right, because())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = list(WITH_MOMENTUM)
        given = st.selectbox("From", names, names.index(KERAS.name), key="fw_from", bind="query-params", width=140)
        momentum = st.number_input(
            "its momentum", 0.0, 1.0, 0.99, 0.01, format="%.4f", key="fw_momentum", bind="query-params", width=150
        )
        wanted = st.selectbox("To", names, 0, key="fw_to", bind="query-params", width=140)
    one, other = WITH_MOMENTUM[given], WITH_MOMENTUM[wanted]
    decay = one.decay_for(momentum)
    st.markdown(say_conversion(one, other, decay, len(batch.values)))
    layer = replace(BatchNorm.create(len(batch.names), other, channel_axis=1), decay=decay, eps=one.eps)
    trace, _ = layer.train(batch.values)
    show_code(WRITERS[other.name](trace, layer))


def number(value: float | None) -> str:
    return "none" if value is None else f"{round(value, 12):g}"


def because() -> str:
    said = KERAS.decay_for(0.99)
    taken = PYTORCH.decay_for(0.99)
    return (
        f"Keras gives the weight of the **old** value, {said:g}; PyTorch that of the **new** one. Written as 0.99 there, "
        f"the old average would weigh {number(taken)}: nothing but the last batch is left of it."
    )


def say_conversion(one: Convention, other: Convention, decay: float, rows: int) -> str:
    words = (
        f"{one.name}'s momentum of {number(one.momentum(decay))} keeps **{number(decay)}** of the old average: write "
        f"**momentum={number(other.momentum(decay))}** in {other.name}, and **ε = {short(one.eps)}** (its own default would "
        f"be {short(other.eps)})."
    )
    if one.running_var_ddof != other.running_var_ddof:
        factor = rows / (rows - 1) if other.running_var_ddof else (rows - 1) / rows
        words += (
            f" A stored variance was averaged {divisor(one)} and will go on {divisor(other)}: with batches of {rows} rows "
            f"multiply it by **{factor:.4f}** if it should be the same number. No setting does that for you."
        )
    return words


def divisor(convention: Convention) -> str:
    return "÷ (N − 1)" if convention.running_var_ddof else "÷ N"


# --- folding -----------------------------------------------------------------------------------------------------


@fragment
def folding(batch: OwnBatch) -> None:
    st.subheader("Fold it away", anchor=False)
    prose("frameworks/folding")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Layer before it",
            ["dense", "convolution"],
            default="dense",
            required=True,
            key="fw_kind",
            bind="query-params",
        )
        seed = st.number_input("Weights, γ and β: seed", 0, 999, 0, key="fw_seed", bind="query-params", width=190)
    example = dense(batch.values, int(seed)) if kind == "dense" else convolution(int(seed))
    left, right = st.columns(2, gap="medium")
    left.markdown(weights_table("before, no bias", example.weight, None, kind))
    right.markdown(weights_table("folded", example.folded.weight, example.folded.bias, kind))
    st.markdown(say_folded(example, kind))
    st.download_button("folded.npz", as_file(example.folded), "folded.npz", key="fw_download", on_click="ignore")


def weights_table(title: str, weight: FloatArray, bias: FloatArray | None, kind: str) -> str:
    """Each output's weights in one line; of a convolution the middle row of its filter."""
    outputs = weight.T if kind == "dense" else weight[:, 1]
    head = f"| {title} | {'weights' if kind == 'dense' else 'middle row of the filter'} | bias |"
    rows = [
        f"| output {k} | {', '.join(fixed(value) for value in row[:4])}{' …' if len(row) > 4 else ''} | "
        f"{'–' if bias is None else fixed(float(bias[k]))} |"
        for k, row in enumerate(outputs.tolist())
    ]
    return "\n".join([head, "|:--|:--|--:|", *rows])


def say_folded(example: Example, kind: str) -> str:
    data = "this batch" if kind == "dense" else "the feature maps of six held-out digits"
    return (
        f"On {data} the two layers and the one differ by at most **{example.difference:.1e}**; the outputs go up to "
        f"{fixed(example.reach)}. The moving averages come from {BATCHES} batches."
    )


# --- checks ------------------------------------------------------------------------------------------------------


def checks(batch: OwnBatch) -> None:
    st.subheader("Checks people need", anchor=False)
    st.markdown("Computed from the batch above.")
    for asked_often, computed, frameworks_say in questions(batch.values):
        with st.expander(asked_often):
            st.markdown(f"{computed}\n\n{frameworks_say}")


def questions(x: FloatArray) -> list[tuple[str, str, str]]:
    """What people ask, what is computed here for it, and what the frameworks say."""
    layer = feed(BatchNorm.create(x.shape[1], channel_axis=1), resample(x, 50, 0).batches).layer
    others = x[::-1].copy()
    others[0] = x[0]
    others[1:] += x.std(axis=0)
    return [
        (
            "Is my layer in the right mode?",
            f"Row 0 with these rows, then with others: in training its output moves by up to "
            f"**{moved(layer.train(x)[0].y, layer.train(others)[0].y)}**, in inference by "
            f"**{moved(layer.infer(x).y, layer.infer(others).y)}**. If your prediction for one example changes with its "
            "neighbors, the layer is in training mode.",
            "PyTorch: `model.eval()` and look at `layer.training`. Keras: `layer(x, training=False)`; `predict` does it. "
            "Flax: `use_running_average=True`, or `model.eval()` in NNX.",
        ),
        (
            "Which parameters should weight decay leave alone?",
            f"Ten times the weights before the layer, in training: its output moves by at most **{scaled(x)}**. Their size "
            "does not matter to it (as ε → 0), so decay on them limits no function; it acts on the learning rate "
            "([van Laarhoven 2017](https://arxiv.org/abs/1706.05350)).",
            "γ and β are usually put into a group of their own with weight decay 0: decayed to 0, γ would switch the "
            "feature off. Opinions differ on γ; nobody decays moving averages, which are not parameters.",
        ),
        (
            "What does freezing mean?",
            f"γ and β held fixed, one more batch in training mode: the moving mean still moves, here by up to "
            f"**{fixed(float(np.abs(layer.train(x)[1].running_mean - layer.running_mean).max()))}**. In inference mode: by 0.",
            "PyTorch: `requires_grad_(False)` freezes γ and β alone; the averages need `layer.eval()` too, after every "
            "`model.train()`. Keras: with `trainable = False` the layer “will be subsequently run in inference mode” "
            "([BatchNormalization](https://keras.io/api/layers/normalization_layers/batch_normalization/)).",
        ),
        (
            "My batches are small. What happens?",
            f"A batch mean strays from the truth by about σ/√N: with {len(x)} rows {1 / np.sqrt(len(x)):.2f} σ, with 2 rows "
            f"{1 / np.sqrt(2):.2f} σ, with 32 rows {1 / np.sqrt(32):.2f} σ.",
            "Group norm does not look at the batch; freezing the layer, or synchronizing it across devices, helps as well. "
            "PyTorch refuses one value per channel in training.",
        ),
        (
            "Does gradient accumulation make my batch larger?",
            f"Two halves of this batch, one after the other, against the whole: in training the outputs differ by up to "
            f"**{halves(x)}**. Gradients add up over the halves, statistics do not.",
            "No framework's accumulation changes this layer: it sees one small batch at a time, and the moving averages "
            "take a step for each.",
        ),
        (
            "And on several GPUs?",
            f"The same computation: two devices with half of the batch each give outputs up to **{halves(x)}** from those "
            "of the whole batch. Synchronized, the difference is 0.",
            "PyTorch's `SyncBatchNorm` takes them “over all mini-batches of the same process groups” "
            "([docs](https://docs.pytorch.org/docs/stable/generated/torch.nn.SyncBatchNorm.html)); Keras has "
            "`synchronized=True`, Flax an `axis_name`. Without that it is each device for itself.",
        ),
    ]


def moved(one: FloatArray, other: FloatArray) -> str:
    """How far row 0 of one output is from row 0 of the other, at most."""
    return fixed(float(np.abs(one[0] - other[0]).max()))


def scaled(x: FloatArray) -> str:
    layer = BatchNorm.create(x.shape[1], channel_axis=1)
    return f"{np.abs(layer.train(10 * x)[0].y - layer.train(x)[0].y).max():.0e}"


def halves(x: FloatArray) -> str:
    layer = BatchNorm.create(x.shape[1], CONVENTIONS["onnx"], channel_axis=1)
    middle = (len(x) + 1) // 2
    apart = np.concatenate([layer.train(part)[0].y for part in (x[:middle], x[middle:])])
    return fixed(float(np.abs(apart - layer.train(x)[0].y).max()))


# --- the page ----------------------------------------------------------------------------------------------------

with frame("frameworks"):
    batch = batch_controls("fw")
    st.markdown(describe_batch(batch))
    side_by_side(batch)
    converter(batch)
    folding(batch)
    checks(batch)
