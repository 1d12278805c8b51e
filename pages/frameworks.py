"""Your framework: one batch under every convention, a converter, folding, and the checks that people need."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

from bn import CONVENTIONS, BatchNorm, Convention, FloatArray, feed, resample
from ui.batch.panel import batch_controls, describe_batch
from ui.batch.reading import OwnBatch
from ui.batch.take_home import WRITERS, show_code
from ui.brought.layer import your_layer
from ui.choice import choose_one, keep_name
from ui.frame import fragment, frame
from ui.live import film
from ui.memory import go_on
from ui.numbers import counted, exact, fixed, short
from ui.plain import plain
from ui.predict import predict, reveal
from ui.studies.folding import BATCHES, DENSE, LAYERS, Example, as_file, convolution, dense, rows_of
from ui.studies.one_row import PATIENT
from ui.studies.quotations import FROZEN_IN_KERAS, SYNC_BATCH_NORM
from ui.studies.side_by_side import MOST_STEPS, after, steps_reel
from ui.words import prose

MEAN, VARIANCE = "moving mean", "moving variance"
STEPS = 30  # seen at first
WITH_MOMENTUM = {each.name: each for each in CONVENTIONS.values() if each.momentum_weighs}
KERAS, KERAS_2, PYTORCH = CONVENTIONS["keras"], CONVENTIONS["keras2"], CONVENTIONS["pytorch"]
BEHIND, IN_FRONT = "behind it", "in front of it"
NOT_FORWARD = (
    "A transposed convolution does not fold with a batch norm **in front** of it: its outputs are reached by differently "
    "many inputs, fewer at the border and, with a stride, in a pattern, so what the shift adds is no one number for each "
    "output. Behind it, it folds."
)


# --- side by side ------------------------------------------------------------------------------------------------


@fragment
def side_by_side(batch: OwnBatch) -> None:
    st.subheader("One batch, six conventions", anchor=False)
    keep_name("fw_feature", batch.names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        feature = st.selectbox("Feature", batch.names, key="fw_feature", bind="query-params", width=140)
        shown = choose_one("Picture", [MEAN, VARIANCE], VARIANCE, key="fw_shown")
    x = batch.values[:, [batch.names.index(feature)]]
    picture = st.container()
    seen(x, plain(feature))
    # Outside of the slider's part, so that an answer to the slider does not bring it again.
    film.show(picture, (steps_reel(x, shown == MEAN), st.session_state.get("fw_steps", STEPS)), key="fw_paths")
    prose("frameworks/side_by_side")
    st.markdown(defaults())


@fragment
def seen(x: FloatArray, feature: str) -> None:
    """How many batches the layers have seen, and what they then compute."""
    steps = st.slider("Batches seen", 0, MOST_STEPS, STEPS, key="fw_steps", bind="query-params")
    layers = {each.name: after(x, each, steps) for each in CONVENTIONS.values()}
    st.markdown(table(x, layers, feature))
    st.markdown(say_apart(layers))


def table(x: FloatArray, layers: Mapping[str, BatchNorm], feature: str) -> str:
    rows = [
        f"| {feature}, row 0 | y in training | moving mean | moving variance | y in inference |",
        "|:--|--:|--:|--:|--:|",
    ]
    for name, it in layers.items():
        trained = fixed(float(it.train(x)[0].y[0, 0]), 4) if it.convention.takes(len(x)) else "refused"
        numbers = (it.running_mean[0], it.running_var[0], it.infer(x).y[0, 0])
        rows.append(f"| {capital(name)} | {trained} | {' | '.join(fixed(float(each), 4) for each in numbers)} |")
    return "\n".join(rows)


def defaults() -> str:
    rows = ["| by default | [ε](#epsilon) | [old weight](#decay) | remembers |", "|:--|--:|--:|:--|"]
    for convention in CONVENTIONS.values():
        decay = "(k−1)/k" if convention.decay is None else exact(convention.decay)
        eps = exact(convention.eps) if convention.names_eps else f"not named; here {exact(convention.eps)}"
        rows.append(f"| {capital(convention.name)} | {eps} | {decay} | σ², ÷ {convention.divisor} |")
    return "\n".join(rows)


def capital(name: str) -> str:
    return name[0].upper() + name[1:]


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
        "A Keras layer says [`momentum`](#momentum)`=0.99`. Which momentum makes PyTorch average alike?",
        options,
        key="fw_guess",
    )
    if guess is None:
        st.markdown("Choose an answer; then any number can be converted, with code for each framework.")
        return
    reveal(guess, right, because())
    go_on()
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
    # One row has an output in inference alone where the framework does not train on it.
    trace = layer.train(batch.values)[0] if other.takes(len(batch.values)) else layer.infer(batch.values)
    show_code(WRITERS[other.name](trace, layer))


def number(value: float | None) -> str:
    return "none" if value is None else exact(round(value, 12))


def because() -> str:
    said = KERAS.decay_for(0.99)
    taken = PYTORCH.decay_for(0.99)
    return (
        f"Keras gives the weight of the **old** value, {exact(said)}; PyTorch that of the **new** one. Written as 0.99 there, "
        f"the old average would weigh {number(taken)}: nothing but the last batch is left of it."
    )


def say_conversion(one: Convention, other: Convention, decay: float, rows: int) -> str:
    words = (
        f"{one.name}'s momentum of {number(one.momentum(decay))} keeps **{number(decay)}** of the old average: write "
        f"**momentum={number(other.momentum(decay))}** in {other.name}, and **ε = {short(one.eps)}** (its own default would "
        f"be {short(other.eps)})."
    )
    words += (
        " **For inference** copy the stored mean and variance as they are, for any factor would change the outputs."
    )
    if one.divisor == other.divisor:
        return words
    words += (
        f" Only what further **training** adds is another number: {one.name} averages the variance ÷ {one.divisor}, "
        f"{other.name} the one ÷ {other.divisor}."
    )
    if rows > 1:
        factor = other.correction(rows, one.eps) / one.correction(rows, one.eps)
        words += (
            f" With batches of {rows} rows it is **{fixed(factor, 4)}** times as large; no setting evens that out. N counts the "
            "values that share a mean: behind a convolution N·H·W, and with 32 images of 8 × 8 pixels that is "
            f"{32 * 64:,} and the factor {fixed(other.correction(32 * 64, one.eps) / one.correction(32 * 64, one.eps), 4)}."
        )
    return words


# --- folding -----------------------------------------------------------------------------------------------------


@fragment
def folding(batch: OwnBatch) -> None:
    st.subheader("Fold it away", anchor=False)
    prose("frameworks/folding")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Linear layer", list(LAYERS), key="fw_kind", bind="query-params", width=220)
        place = choose_one("Batch norm is", [BEHIND, IN_FRONT], BEHIND, key="fw_place")
        seed = st.number_input("Weights, γ and β: seed", 0, 999, 0, key="fw_seed", bind="query-params", width=190)
    forward = place == IN_FRONT
    st.markdown(say_layout(name, forward))
    if forward and LAYERS[name].kind == "transposed":
        st.info(NOT_FORWARD)
        return
    example = dense(batch.values, int(seed), forward) if name == DENSE else convolution(name, int(seed), forward)
    left, right = st.columns(2, gap="medium")
    left.markdown(weights_table("before, no bias", example.weight, None, name))
    right.markdown(weights_table("folded", example.folded.weight, example.folded.bias, name))
    st.markdown(say_folded(example, name))
    if example.padded:
        st.markdown(say_padded(*example.padded))
    st.download_button("folded.npz", as_file(example.folded), "folded.npz", key="fw_download", on_click="ignore")


def say_layout(name: str, forward: bool) -> str:
    it = LAYERS[name]
    keras = f"Keras as `{it.keras}`" if it.keras else "Keras has no such layer"
    groups = f"; {it.groups} groups here" if it.groups > 1 else ""
    return (
        f"PyTorch holds these weights as `{it.pytorch}`, {keras}{groups}. Each **{'input' if forward else 'output'}** has "
        "its own γ/√(σ² + ε). The shape alone does not say which axis that is, so `fold` wants to be told the kind of layer."
    )


def weights_table(title: str, weight: FloatArray, bias: FloatArray | None, name: str) -> str:
    """Each output's weights in one line; of a convolution the middle row of its first filter."""
    head = f"| {title} | {'weights' if name == DENSE else 'middle row of its first filter'} | bias |"
    rows = [
        f"| output {k} | {', '.join(fixed(value) for value in row[:4])}{' …' if len(row) > 4 else ''} | "
        f"{'–' if bias is None else fixed(float(bias[k]))} |"
        for k, row in enumerate(rows_of(weight, name).tolist())
    ]
    return "\n".join([head, "|:--|:--|--:|", *rows])


def say_folded(example: Example, name: str) -> str:
    data = "this batch" if name == DENSE else "feature maps of six held-out digits"
    return (
        f"On {data} the two layers and the one differ by at most **{short(example.difference)}**; the outputs go up to "
        f"{fixed(example.reach)}. The moving averages come from {BATCHES} batches."
    )


def say_padded(with_zeros: float, with_neutral: float) -> str:
    return (
        "That is without padding. If the convolution **pads with zeros**, they stood for y = 0 behind the batch norm; "
        f"folded, they stand for x = 0, and outputs at the border differ by up to **{fixed(with_zeros)}**. Padded with "
        f"μ − β√(σ² + ε)/γ of each input, which the layer turned into 0, they differ by at most **{short(with_neutral)}**."
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
    layer = feed(fresh(x), resample(x, 50, 0).batches).layer
    alike = in_other_company(x)
    asked = [
        (
            "Is my layer in the right mode?",
            f"Row 0 with these rows, then with others: in training its output moves by up to "
            f"**{moved(layer.train(x)[0].y, layer.train(alike)[0].y)}**, in inference by "
            f"**{moved(layer.infer(x).y, layer.infer(alike).y)}**. If your prediction for one example changes with its "
            "neighbors, the layer uses the statistics of the batch: it is in training mode, or, in PyTorch, was made with "
            "`track_running_stats=False`, which has no others and uses them in `eval()` too.",
            "PyTorch: `model.eval()` and look at `layer.training`. Keras: `layer(x, training=False)`; `predict` does it. "
            "Flax: `use_running_average=True`, or `model.eval()` in NNX.",
        ),
        (
            "My Keras says 1.667, yours 1.25. Which is right?",
            say_keras(x),
            "Keras 2 was a package of its own up to 2.3.1; 2.4 to 2.15, and `tf_keras` today, are tf.keras. All normalize with "
            "the variance ÷ N, so outputs in training are the same; only what is remembered differs.",
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
            f"`model.train()`. Keras: with `trainable = False` the layer “{FROZEN_IN_KERAS}” "
            "([BatchNormalization](https://keras.io/api/layers/normalization_layers/batch_normalization/)).",
        ),
        (
            "My batches are small. What happens?",
            f"A batch mean strays from the truth by about σ/√N: with {counted(len(x), 'row')} {fixed(1 / np.sqrt(len(x)), 2)} σ, with 2 rows "
            f"{fixed(1 / np.sqrt(2), 2)} σ, with 32 rows {fixed(1 / np.sqrt(32), 2)} σ.",
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
            f"PyTorch's `SyncBatchNorm` takes them “{SYNC_BATCH_NORM}” "
            "([docs](https://docs.pytorch.org/docs/stable/generated/torch.nn.SyncBatchNorm.html)); Keras has "
            "`synchronized=True`, on the TensorFlow backend only; Flax an `axis_name`, for `pmap` and `shard_map`. Under `jit` "
            "with a sharded batch Flax needs nothing: the mean is that of the whole array, wherever its parts are. Otherwise "
            "it is each device for itself.",
        ),
    ]
    return asked if len(x) > 1 else asked[:-2]  # one row has no halves


def fresh(x: FloatArray) -> BatchNorm:
    """A new layer of a convention that trains on x: PyTorch's, but for one row."""
    return BatchNorm.create(x.shape[1], PYTORCH if PYTORCH.takes(len(x)) else PATIENT, channel_axis=1)


def in_other_company(x: FloatArray) -> FloatArray:
    """Row 0 among other rows, (N, C), at least one: all above it where it was not below the mean, else all below.

    So its normalized value changes whatever the batch is; two rows on the same sides would stay at -1 and 1.
    """
    spread = x.std(axis=0)
    side = np.where(x[0] >= x.mean(axis=0), 1.0, -1.0)
    rest = x[1:] if len(x) > 1 else x
    return np.vstack([x[:1], x[0] + side * (np.abs(rest - x[0]) + np.where(spread > 0, spread, 1.0))])


def say_keras(x: FloatArray) -> str:
    """The variance that Keras 3, Keras 2 and tf.keras's kernel for images remember of 1, 2, 3, 4, and of one's own batch."""
    one_to_four = np.array([[1.0], [2.0], [3.0], [4.0]])

    def three(column: FloatArray) -> str:
        found = (column.var() * each.correction(len(column), KERAS.eps) for each in (KERAS, KERAS_2, PYTORCH))
        new, old, fused = (fixed(float(value), 4) for value in found)
        return f"Keras 3 averages **{new}** (÷ N), Keras 2 **{old}** (÷ {KERAS_2.divisor}), tf.keras for images **{fused}**"

    words = f"Each is what its version computes. Of the batch 1, 2, 3, 4 {three(one_to_four)} (÷ (N − 1)) and for dense layers as Keras 3."
    return f"{words} Of the first feature above: {three(x[:, 0])}." if len(x) > 1 else words


def moved(one: FloatArray, other: FloatArray) -> str:
    """How far row 0 of one output is from row 0 of the other, at most."""
    return fixed(float(np.abs(one[0] - other[0]).max()))


def scaled(x: FloatArray) -> str:
    layer = fresh(x)
    return short(np.abs(layer.train(10 * x)[0].y - layer.train(x)[0].y).max(), 1)


def halves(x: FloatArray) -> str:
    layer = BatchNorm.create(x.shape[1], PATIENT, channel_axis=1)
    parts = [part for part in np.array_split(x, 2) if len(part)]  # one row has no second half
    apart = np.concatenate([layer.train(part)[0].y for part in parts])
    return fixed(float(np.abs(apart - layer.train(x)[0].y).max()))


# --- the page ----------------------------------------------------------------------------------------------------

with frame("frameworks"):
    batch = batch_controls("fw")
    st.markdown(describe_batch(batch))
    side_by_side(batch)
    converter(batch)
    st.subheader("Your layer", anchor=False)
    your_layer(batch)
    folding(batch)
    checks(batch)
