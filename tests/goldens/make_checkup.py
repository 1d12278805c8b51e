"""Let the snippets of your_model record healthy and faulty models of PyTorch, Keras 3 and Flax, and keep what they write.

    python tests/goldens/make_checkup.py

Run by hand where all three are installed. Every file of checkup/ is what the snippet wrote, byte for byte; its name says
the framework and what is wrong. All models are small, and really trained on the digits. checkup.json says which snippets
ran, how many digits models read before and after they were mended, what the files that are not opened begin with, and
that the two lines said of each made a file.
"""

import hashlib
import os
import runpy
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import torch
from flax import nnx

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from lines import text  # noqa: E402

from bn.checkup import fits, renewed  # noqa: E402
from ui.checkpoints import snippets  # noqa: E402
from ui.checkpoints.reading import read_recording, recognize  # noqa: E402
from ui.checkpoints.writing import as_file  # noqa: E402
from ui.studies.digits import digits  # noqa: E402

OUT = HERE / "checkup"
SIZE, BATCHES, HEAD = 64, 3, 200
MENDED: dict[str, dict[str, float]] = {}
HEADS: dict[str, str] = {}
LINES: dict[str, dict[str, str]] = {}
UNSEEN = digits().test
RECORD = {
    name: runpy.run_path(str(ROOT / "assets" / "snippets" / f"{name}.py"))["record"]
    for name in ("pytorch", "keras", "flax")
}
MEND = {name: runpy.run_path(str(ROOT / "assets" / "snippets" / "mend" / f"{name}.py"))["mend"] for name in RECORD}

IMAGES, LABELS = digits().train.images, digits().train.labels
TEST = [digits().test.images[at : at + SIZE] for at in range(0, SIZE * BATCHES, SIZE)]


def batches(steps: int, size: int = SIZE, seed: int = 0) -> Any:
    """So many batches of images and labels."""
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        rows = rng.integers(0, len(IMAGES), size)
        yield IMAGES[rows], LABELS[rows]


def mended(name: str, model: Any, right: Callable[[], float], tensor: Callable[[Any], Any]) -> None:
    """Load renewed averages into a model as the page says, and note how many digits it reads before and after."""
    found = {"before": right()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "batch_norm.npz")
        inputs = [tensor(IMAGES[at : at + SIZE]) for at in range(0, 10 * SIZE, SIZE)]
        RECORD[name](model, *inputs, file=file)
        renewed_file = Path(folder, "renewed.npz")
        renewed_file.write_bytes(as_file(renewed(read_recording(file.read_bytes(), file.name))))
        MEND[name](model, file=renewed_file)
        found["with the averages of the file"] = right()
        MEND[name](model, *inputs, file=renewed_file)
        found["layer by layer"] = right()
        RECORD[name](model, *inputs, file=file)
        found["off"] = max(fit.total for fit in fits(read_recording(file.read_bytes(), file.name)))
        found["off in evaluation"] = max(fit.inputs for fit in fits(read_recording(file.read_bytes(), file.name)))
    MENDED[name] = found


def converted(path: Path, names: dict[str, Any]) -> None:
    """Run the two lines that the page says for such a file, in the folder of the file."""
    foreign = recognize(path.read_bytes()[:HEAD], path.name)
    assert foreign, path.name
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        exec(foreign.lines, names)  # noqa: S102 (the page's own two lines)
        (made,) = (each for each in path.parent.iterdir() if each != path)
        LINES[path.name] = {"lines": foreign.lines, "makes": made.name}
    finally:
        os.chdir(before)


def saved(model: Any) -> None:
    """Save as PyTorch saves today, and as it did before version 1.6."""
    weights = model.state_dict()
    nested = {"epoch": 3, "state_dict": weights}
    for name, today, saves in (
        ("model.pt", True, weights),
        ("old.pth", False, weights),
        ("lightning.ckpt", True, nested),
    ):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            torch.save(saves, path, _use_new_zipfile_serialization=today)
            HEADS[name] = path.read_bytes()[:HEAD].hex()
            converted(path, {})


# --- PyTorch -----------------------------------------------------------------------------------------------------


class Residual(torch.nn.Module):
    """A convolution and a residual branch whose last γ starts at 0."""

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        conv, norm = torch.nn.Conv2d, torch.nn.BatchNorm2d
        self.conv0, self.bn0 = conv(1, 8, 3, padding=1, bias=False), norm(8, **settings)
        self.conv1, self.bn1 = conv(8, 12, 3, padding=1, bias=False), norm(12, **settings)
        self.conv2, self.bn2 = conv(12, 8, 3, padding=1, bias=False), norm(8, **settings)
        torch.nn.init.zeros_(self.bn2.weight)
        self.head = torch.nn.Linear(8 * 4, 10)

    def forward(self, x: Any) -> Any:
        x = torch.relu(self.bn0(self.conv0(x.reshape(-1, 1, 8, 8))))
        x = torch.relu(x + self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))))
        return self.head(torch.nn.functional.avg_pool2d(x, 4).flatten(1))


def dense(*between: Any, **settings: Any) -> Any:
    """Two hidden layers of 16 units."""
    nn = torch.nn
    first = (nn.Linear(64, 16), nn.BatchNorm1d(16, **settings), nn.ReLU())
    return nn.Sequential(
        *first, *between, nn.Linear(16, 16), nn.BatchNorm1d(16, **settings), nn.ReLU(), nn.Linear(16, 10)
    )


def torch_trained(
    model: Any, steps: int = 200, rate: float = 0.05, size: int = SIZE, each: Callable[[int], None] | None = None
) -> Any:
    """The model after so many steps; `each` may do something before each."""
    optimizer = torch.optim.SGD(model.parameters(), rate, momentum=0.9)
    model.train()
    for step, (x, labels) in enumerate(batches(steps, size)):
        if each:
            each(step)
        for group in optimizer.param_groups:
            group["lr"] = rate * (1 - step / steps)
        loss = torch.nn.functional.cross_entropy(model(torch.tensor(x)), torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def norms(model: Any) -> list[Any]:
    return [m for m in model.modules() if hasattr(m, "running_mean")]


def torch_cases() -> None:
    def record(name: str, model: Any, inputs: Any = TEST) -> None:
        RECORD["pytorch"](model, *map(torch.tensor, inputs), file=OUT / f"pytorch {name}.npz")

    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = torch_trained(Residual())
    record("healthy residual", model)
    record("moved data", model, [255 * x for x in TEST])
    before = {key: value.clone() for key, value in model.state_dict().items()}

    record("healthy few batches", torch_trained(Residual(), steps=70))

    for layer in norms(model):
        layer.reset_running_stats()
    record("never updated", model)
    with torch.no_grad():
        for x, _ in batches(8):
            model.train()(torch.tensor(x))
    record("stale", model)

    def right() -> float:
        with torch.no_grad():
            return float(
                (model.eval()(torch.tensor(UNSEEN.images)).argmax(1) == torch.tensor(UNSEEN.labels)).float().mean()
            )

    mended("pytorch", model, right, lambda x: torch.tensor(x))
    saved(model)

    model.load_state_dict(before)
    mean, var = model.bn1.running_mean.clone(), model.bn1.running_var.clone()
    model.bn1.running_mean, model.bn1.running_var = var, mean
    RECORD["pytorch"](
        model, file=OUT / "pytorch swapped.npz"
    )  # in evaluation mode it gives NaN, so nothing more is recorded

    model = Residual()
    with torch.no_grad():
        model.bn1.bias[::2] = -15  # nothing comes through, so no gradient brings them back
    record("dead channels", torch_trained(model))

    record("short memory", torch_trained(dense(momentum=0.99)))
    model = torch_trained(dense(torch.nn.Dropout(0.5)))
    record("dropout before it", model)
    record(
        "small batches", torch_trained(dense(), size=8), [digits().test.images[at : at + 8] for at in range(0, 64, 8)]
    )

    model = dense()

    def freeze_the_second_early(step: int) -> None:
        if step == 15:
            norms(model)[1].eval()

    torch_trained(model, steps=400, each=freeze_the_second_early)
    record("averages left behind", model)

    model = torch_trained(dense())
    model.train = lambda mode=True: torch.nn.Module.train(model, False)  # as those who freeze batch norm write it
    record("healthy frozen", model)


# --- Keras -------------------------------------------------------------------------------------------------------


def keras_model(**settings: Any) -> Any:
    """A convolution and a dense layer, each with batch norm; settings: of the layers of batch norm, by number."""
    layers = keras.layers
    first, second = ({key: value[at] for key, value in settings.items()} for at in (0, 1))
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Reshape((8, 8, 1)),
            layers.Conv2D(8, 3, use_bias=False),
            layers.BatchNormalization(**first),
            layers.ReLU(),
            layers.AveragePooling2D(3),
            layers.Flatten(),
            layers.Dense(16, use_bias=False),
            layers.BatchNormalization(**second),
            layers.ReLU(),
            layers.Dense(10),
        ]
    )


def keras_trained(model: Any, epochs: int = 12) -> Any:
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rate = keras.optimizers.schedules.CosineDecay(0.05, epochs * 22)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    model.fit(IMAGES, LABELS, batch_size=SIZE, epochs=epochs, verbose=0)
    return model


class AlwaysTraining(keras.layers.BatchNormalization):
    """A layer that somebody called with training=True once and for all."""

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        return super().call(inputs, training=True, mask=mask)


def keras_cases() -> None:
    def record(name: str, model: Any, inputs: Any = TEST) -> None:
        RECORD["keras"](model, *inputs, file=OUT / f"keras {name}.npz")

    keras.utils.set_random_seed(0)
    model = keras_trained(keras_model(), epochs=40)
    record("healthy", model)
    weights = model.get_weights()

    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    half = np.abs(layers[0].moving_variance.numpy() * 255.0**2 * 100)
    layers[0].moving_variance.assign(half.astype(np.float16).astype(np.float32))
    RECORD["keras"](model, file=OUT / "keras overflown in float16.npz")
    model.set_weights(weights)

    other = keras_model(epsilon=(1e-3, 0.3))
    other.set_weights(weights)
    record("another epsilon", other)

    model = keras_trained(keras_model(), epochs=3)  # 69 batches; the start weighs half
    record("stale", model)

    def right() -> float:
        return float((np.argmax(model(UNSEEN.images, training=False), axis=1) == UNSEEN.labels).mean())

    mended("keras", model, right, lambda x: x)
    for ending in ("keras", "h5"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"model.{ending}")
            model.save(path)
            HEADS[path.name] = path.read_bytes()[:HEAD].hex()
            converted(path, {"record": RECORD["keras"]})

    model = keras_trained(keras_model(momentum=(0.9, 0.9)))
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]  # frozen, which in Keras means inference mode as well
    keras_trained(model, epochs=2)
    record("healthy frozen", model)

    small = keras.initializers.RandomNormal(stddev=1e-4)
    model = keras_model(momentum=(0.9, 0.9))
    model.layers[6].kernel_initializer = small
    model.layers[6].kernel.assign(small((32, 16)))
    model.layers[6].trainable = False
    record("healthy tiny variances", keras_trained(model))

    inputs = keras.Input((64,))
    x = AlwaysTraining(momentum=0.9)(keras.layers.Dense(16)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(10)(keras.layers.ReLU()(x)))
    record("wrong mode", keras_trained(model, epochs=3))


# --- Flax --------------------------------------------------------------------------------------------------------


class Dense(nnx.Module):
    """Three hidden layers of 16 units."""

    def __init__(self, momentum: float = 0.9) -> None:
        rngs = nnx.Rngs(0)
        sizes = (64, 16, 16, 16)
        self.linears = nnx.List([nnx.Linear(a, b, rngs=rngs) for a, b in pairwise(sizes)])
        self.norms = nnx.List([nnx.BatchNorm(16, momentum=momentum, rngs=rngs) for _ in range(3)])
        self.head = nnx.Linear(16, 10, rngs=rngs)

    def __call__(self, x: Any) -> Any:
        for linear, norm in zip(self.linears, self.norms, strict=True):
            x = jax.nn.relu(norm(linear(x)))
        return self.head(x)


def flax_trained(model: Any, steps: int = 300, forget: bool = False) -> Any:
    """The model after so many steps; with `forget`, what the averages became in a step is thrown away."""
    optimizer = nnx.Optimizer(model, optax.sgd(optax.cosine_decay_schedule(0.05, steps), 0.9), wrt=nnx.Param)
    model.train()

    @nnx.jit
    def step(model: Any, optimizer: Any, x: Any, labels: Any) -> None:
        def loss(model: Any) -> Any:
            return optax.softmax_cross_entropy_with_integer_labels(model(x), labels).mean()

        optimizer.update(model, nnx.grad(loss)(model))

    start = jax.tree.map(jnp.array, nnx.state(model, nnx.BatchStat))
    for x, labels in batches(steps):
        step(model, optimizer, jnp.asarray(x), jnp.asarray(labels))
        if forget:
            nnx.update(model, start)
    return model


def flax_cases() -> None:
    def record(name: str, model: Any, inputs: Any = TEST) -> None:
        RECORD["flax"](model, *map(jnp.asarray, inputs), file=OUT / f"flax {name}.npz")

    model = flax_trained(Dense())
    record("healthy", model)
    for norm in model.norms:
        scale, bias = norm.scale[...], norm.bias[...]
        norm.scale[...], norm.bias[...] = bias, scale
    RECORD["flax"](model, file=OUT / "flax gamma and beta swapped.npz")
    model = flax_trained(Dense(), forget=True)
    record("never updated", model)

    def right() -> float:
        model.eval()
        return float((np.argmax(model(jnp.asarray(UNSEEN.images)), axis=1) == UNSEEN.labels).mean())

    mended("flax", model, right, jnp.asarray)
    model = flax_trained(Dense())
    model.norms[1].mean[...] = model.norms[1].mean[...] + 2 * jnp.sqrt(model.norms[1].var[...])
    record("averages of another model", model)
    model.norms[1].var[...] = -model.norms[1].var[...]
    RECORD["flax"](model, file=OUT / "flax negative variance.npz")


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for cases in (torch_cases, keras_cases, flax_cases):
        cases()
    codes = {
        f"{name}, {use.__name__}": use(name)
        for name in snippets.FRAMEWORKS
        for use in (snippets.snippet, snippets.mending)
    }
    record = {
        "versions": {package: version(package) for package in ("torch", "keras", "flax", "jax", "safetensors")},
        "snippets": {name: hashlib.sha256(code.encode()).hexdigest() for name, code in codes.items()},
        "mended": MENDED,
        "heads": HEADS,
        "lines": LINES,
    }
    (HERE / "checkup.json").write_text(text(record) + "\n", encoding="utf-8")
