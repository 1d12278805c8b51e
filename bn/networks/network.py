"""A multilayer perceptron with batch normalization, or its twin without: forward, loss, and backward."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from bn.activations import ACTIVATIONS
from bn.arrays import FloatArray, as_floats, read_only, require_finite
from bn.conventions import CONVENTIONS, Convention
from bn.layer import BatchNorm, Trace
from bn.networks.layout import Layout, Parameters, layout_of
from bn.networks.noise import Noise, Seed, draw_noises
from bn.standardize import sum_over

NormKind = Literal["batch", "noisy", "noise"] | None
Placement = Literal["before", "after"]
Labels = npt.NDArray[np.integer[Any]]

NORM_KINDS: tuple[NormKind, ...] = ("batch", "noisy", "noise", None)
NORMALIZING, INJECTING = ("batch", "noisy"), ("noisy", "noise")
PLACEMENTS: tuple[Placement, ...] = ("before", "after")


class Hidden(NamedTuple):
    """One hidden layer's part of a pass, in order of computation; each array but the first is (N, outputs).

    x                what comes in, (N, inputs)
    dense            x @ weights, plus the bias where there is one
    trace            the pass through batch normalization, None without
    noise            what was injected behind batch normalization, or where it would stand, None without
    into_activation  what the activation function f is applied to: dense, or behind normalization and noise
    activated        f(into_activation)
    out              what the next layer gets: activated, or behind normalization and noise
    """

    x: FloatArray
    dense: FloatArray
    trace: Trace | None
    noise: Noise | None
    into_activation: FloatArray
    activated: FloatArray
    out: FloatArray


@dataclass(frozen=True, eq=False)
class NetworkGradients:
    """The loss L of a batch and its gradients.

    loss    L, the mean over the batch
    vector  dL/dparameters, (P,), in the order of `Network.parameters`
    out     dL/d(hidden.out) for each hidden layer, (N, outputs): the gradient of its activations
    dense   dL/d(hidden.dense) for each hidden layer, and at the end dL/dlogits
    layout  where in `vector` each layer's are
    """

    loss: float
    vector: FloatArray
    out: tuple[FloatArray, ...]
    dense: tuple[FloatArray, ...]
    layout: Layout

    @cached_property
    def layers(self) -> tuple[Parameters, ...]:
        """The gradients layer by layer, as read-only views of `vector`: gradients.layers[i].weights."""
        return self.layout.views(self.vector)


@dataclass(frozen=True, eq=False)
class Pass:
    """A batch on its way through a network, every step of it. All arrays are read-only.

    network   the network as it was in this pass
    x         (N, sizes[0])
    hidden    one `Hidden` for each hidden layer
    logits    (N, sizes[-1]), the output of the last layer
    training  True: normalized with the batch's own statistics; False: with the moving averages
    """

    network: "Network"
    x: FloatArray
    hidden: tuple[Hidden, ...]
    logits: FloatArray
    training: bool

    @property
    def probabilities(self) -> FloatArray:
        """softmax(logits) = exp(logits) / sum(exp(logits)), row by row, (N, classes)."""
        with np.errstate(over="ignore", invalid="ignore"):
            powers, sums, _ = _softmax(self.logits)
            return read_only((powers / sums).T)

    @property
    def predictions(self) -> Labels:
        """The class with the largest logit of each example, (N,)."""
        predictions: Labels = self.logits.argmax(axis=1)
        predictions.setflags(write=False)
        return predictions

    def accuracy(self, labels: npt.ArrayLike) -> float:
        """The share of examples whose largest logit is the label's, 0 to 1. Raises ValueError as `loss` does."""
        return float((self.predictions == self._checked(labels)).mean())

    def loss(self, labels: npt.ArrayLike) -> float:
        """Softmax cross-entropy, L = mean over the batch of log(sum_k exp(logits_k)) - logits_label.

        labels: (N,) integers, 0 to classes - 1. Raises ValueError if they are anything else.
        Infinite or NaN where the logits are so large that it can't be computed.
        """
        labels = self._checked(labels)
        with np.errstate(over="ignore", invalid="ignore"):
            return float(losses_unchecked(self, labels)[0])

    def backward(self, labels: npt.ArrayLike) -> NetworkGradients:
        """Carry the gradient of the loss back to every parameter and to every layer's output.

            dL/dlogits = (softmax(logits) - onehot(labels)) / N
            dL/dweights = x.T @ ddense,   dL/dbias = sum(ddense),   dL/dx = ddense @ weights.T
            dL/dinto_activation = dL/dactivated * f'(into_activation)

        and through batch normalization as `Trace.backward`. labels: (N,) integers, 0 to classes - 1.
        Raises ValueError for other labels, and where a gradient overflows in front of batch normalization.
        """
        labels = self._checked(labels)
        with np.errstate(over="ignore", invalid="ignore"):
            return backward_unchecked(self, labels)

    def _checked(self, labels: npt.ArrayLike) -> Labels:
        return checked_labels(labels, *self.logits.shape)


@dataclass(frozen=True, eq=False)
class Network:
    """A multilayer perceptron: dense layers, each hidden one with an activation function f, then softmax.

        placement "before":  out = f(norm(x @ weights))         no bias: subtracting the mean would remove it
        placement "after":   out = norm(f(x @ weights + bias))
        norm None:           out = f(x @ weights + bias)
        norm "noise":        out = f(noise(x @ weights + bias)), or noise(f(x @ weights + bias)) after
        last layer:          logits = x @ weights + bias

    A value: `train` and `moved` return new networks, nothing changes in place. `create` makes one.

    sizes       numbers of inputs, units of each hidden layer, classes
    activation  "sigmoid", "tanh" or "relu"
    norm        "batch"; None: without; "noisy": in training, noise is injected behind batch normalization, anew at
                every step, as Santurkar et al. did to shake the distributions that batch normalization makes steady:
                y becomes s * y + m, for each unit a mean mu ~ U(-0.5, 0.5) and a scale sigma ~ U(1, 1.25), and for
                each example and unit m ~ U(mu - 0.1, mu + 0.1) and s ~ N(sigma, 0.1). None in inference. "noise": the
                same noise, in the same places, without batch normalization
    placement   of the norm, "before" or "after" the activation function
    parameters  (P,) all that is learned in one vector, layer by layer: weights, bias, gamma, beta
    norms       one BatchNorm for each hidden layer, with its moving averages; empty without norm. Its gamma and beta
                are those in `parameters`

    Raises ValueError, naming the value, for fewer than two sizes or one below 1, an unknown activation, norm or
    placement, parameters of another length, precision or not finite, or another number of norms or features.
    Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), sections 3.2 and 4.1; Santurkar, Tsipras, Ilyas & Madry 2018
    (arXiv 1805.11604), section 2.1 and appendix A.
    """

    sizes: tuple[int, ...]
    activation: str
    norm: NormKind
    placement: Placement
    parameters: FloatArray
    norms: tuple[BatchNorm, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", _checked_sizes(self.sizes))
        for name, known in (("activation", tuple(ACTIVATIONS)), ("norm", NORM_KINDS), ("placement", PLACEMENTS)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be one of {known}")
        parameters = np.array(as_floats(self.parameters, "parameters"))
        if parameters.shape != (self.layout.length,):
            raise ValueError(f"parameters has shape {parameters.shape}; these sizes need ({self.layout.length},)")
        if parameters.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype is {parameters.dtype}; it must be float32 or float64")
        require_finite(parameters, "parameters")
        object.__setattr__(self, "parameters", read_only(parameters))
        units = self.sizes[1:-1] if self.norm in NORMALIZING else ()
        if tuple(len(norm.gamma) for norm in self.norms) != units:
            raise ValueError(f"norms has {len(self.norms)} layers; hidden layers of {units} units need one each")
        object.__setattr__(self, "norms", _in_step(self.norms, self.layers))

    @classmethod
    def create(
        cls,
        sizes: Sequence[int],
        activation: str = "sigmoid",
        norm: NormKind = "batch",
        placement: Placement = "before",
        weight_scale: float = 1.0,
        seed: int = 0,
        dtype: npt.DTypeLike = np.float32,
        convention: Convention = CONVENTIONS["pytorch"],
    ) -> "Network":
        """A fresh network with normally distributed weights, biases 0, gamma 1, beta 0.

            weights ~ weight_scale * N(0, 2 / inputs)               ReLU (He et al. 2015, arXiv 1502.01852)
            weights ~ weight_scale * N(0, 2 / (inputs + outputs))   sigmoid and tanh (Glorot & Bengio 2010)

        The weights depend on sizes, activation, weight_scale and seed alone: networks that differ in norm or
        placement are twins. dtype: np.float32 or np.float64. convention: eps and moving averages of the norm.
        Raises ValueError as the class does, for a weight_scale that is negative or not finite, a negative seed, or
        another dtype.
        """
        sizes = _checked_sizes(sizes)
        if not 0 <= weight_scale < math.inf:
            raise ValueError(f"weight_scale is {weight_scale}; it must be finite and at least 0")
        if seed < 0:
            raise ValueError(f"seed is {seed}; it must be at least 0")
        normalized = norm in NORMALIZING
        layout = layout_of(sizes, normalized, placement == "before")
        parameters = np.zeros(layout.length, dtype)
        rng = np.random.default_rng(seed)
        for layer in layout.views(parameters):
            inputs, outputs = layer.weights.shape
            spread = math.sqrt(2 / inputs if activation == "relu" else 2 / (inputs + outputs))
            layer.weights[...] = weight_scale * spread * rng.standard_normal((inputs, outputs))
            if layer.gamma is not None:
                layer.gamma[...] = 1
        units = sizes[1:-1] if normalized else ()
        norms = tuple(BatchNorm.create(each, convention, channel_axis=1) for each in units)
        return cls(sizes, activation, norm, placement, parameters, norms)

    @cached_property
    def layout(self) -> Layout:
        """Where in the vector of parameters each layer's are."""
        return layout_of(self.sizes, self.norm in NORMALIZING, self.placement == "before")

    @cached_property
    def layers(self) -> tuple[Parameters, ...]:
        """Each layer's parameters, the output layer's last, as read-only views of `parameters`."""
        return self.layout.views(self.parameters)

    @property
    def dtype(self) -> np.dtype[np.floating[Any]]:
        """The precision of the parameters, in which everything is computed."""
        return self.parameters.dtype

    def train(self, x: npt.ArrayLike, noise_seed: Seed = 0) -> tuple[Pass, "Network"]:
        """A pass in training mode, and the network with updated moving averages (the same one without them).

        x: (N, sizes[0]). noise_seed: the noise of norm "noisy" and "noise" depends on it alone; give each step its own.
        Raises ValueError for x of another shape, not numbers, NaN or infinity, as `BatchNorm.train` does for a batch
        of one, and where numbers overflow in front of batch normalization.
        """
        x = self._checked(x)
        with np.errstate(over="ignore", invalid="ignore"):
            passed, norms = forward_unchecked(self, x, training=True, noises=self.noises(len(x), noise_seed))
        return passed, self.with_unchecked(self.parameters, norms)

    def infer(self, x: npt.ArrayLike) -> Pass:
        """A pass in inference mode: with the moving averages, without noise; the network does not change.

        x: (N, sizes[0]). Raises ValueError as `train` does, but for a batch of one.
        """
        x = self._checked(x)
        with np.errstate(over="ignore", invalid="ignore"):
            passed, _ = forward_unchecked(self, x, training=False)
        return passed

    def loss_and_gradients(
        self, x: npt.ArrayLike, labels: npt.ArrayLike, noise_seed: Seed = 0
    ) -> NetworkGradients | None:
        """Forward and backward in training mode; None where numbers overflow on the way.

        Raises ValueError for x as `train` does, and for labels as `Pass.loss` does.
        """
        x = self._checked(x)
        labels = checked_labels(labels, len(x), self.sizes[-1])
        self.require_batch(len(x))
        with np.errstate(over="ignore", invalid="ignore"):
            try:
                passed, _ = forward_unchecked(self, x, training=True, noises=self.noises(len(x), noise_seed))
                gradients = backward_unchecked(passed, labels)
            except ValueError:  # all that is left for batch normalization to refuse
                return None
            return gradients if math.isfinite(gradients.loss) and np.isfinite(gradients.vector).all() else None

    def moved(self, change: npt.ArrayLike) -> "Network":
        """The network with parameters + change, change (P,); moving averages stay.

        Raises ValueError for another shape, or where a parameter would no longer be finite.
        """
        change = as_floats(change, "change")
        if change.shape != self.parameters.shape:
            raise ValueError(f"change has shape {change.shape}; it needs that of parameters, {self.parameters.shape}")
        with np.errstate(over="ignore", invalid="ignore"):
            parameters = (self.parameters + change).astype(self.dtype, copy=False)
        require_finite(parameters, "parameters")
        return self.with_unchecked(read_only(parameters), self.norms)

    def noises(self, n: int, *seeds: Seed) -> "tuple[Noise, ...]":
        """The noise of each hidden layer for n examples; of several seeds side by side. Empty for a norm without noise."""
        return draw_noises(seeds, n, self.sizes[1:-1], self.dtype) if self.norm in INJECTING else ()

    def require_batch(self, size: int) -> None:
        """Raise ValueError if batch normalization refuses to train on a batch of this size."""
        if size == 1 and self.norms and self.norms[0].convention.refuses_single_value:
            raise ValueError(
                f"a batch of 1 is refused by {self.norms[0].convention.name}'s batch normalization, "
                "because it would be normalized to 0 whatever it is"
            )

    def with_unchecked(self, parameters: FloatArray, norms: tuple[BatchNorm, ...]) -> "Network":
        """Return this network with other parameters, not checked, and with norms, which take gamma and beta from them.

        For a training step: `replace` would copy and check everything again. Parameters (S, P) and norms of S * C
        features make S networks side by side, see `bn.networks.together`.
        """
        network = object.__new__(type(self))
        layers = self.layout.views(parameters)
        network.__dict__.update(self.__dict__, parameters=parameters, layers=layers, norms=_in_step(norms, layers))
        return network

    def _checked(self, x: npt.ArrayLike) -> FloatArray:
        return checked_images(x, self)


def _checked_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    sizes = tuple(int(size) for size in sizes)
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes is {sizes}; a network needs at least two, each at least 1")
    return sizes


def checked_images(x: npt.ArrayLike, network: Network, name: str = "x") -> FloatArray:
    """Return x (N, inputs) in the network's precision and read-only, a copy unless it is both already.

    Raises ValueError if it has another shape, no rows, is not numbers, or holds NaN or infinity.
    """
    images = as_floats(x, name)
    if images.ndim != 2 or images.shape[1] != network.sizes[0] or len(images) == 0:
        raise ValueError(f"{name} has shape {images.shape}; the network takes (N, {network.sizes[0]}), N of at least 1")
    with np.errstate(over="ignore"):
        images = images.astype(network.dtype, copy=images.flags.writeable)
    require_finite(images, name)
    return read_only(images)


def checked_labels(labels: npt.ArrayLike, n: int, classes: int) -> Labels:
    """Return labels as a read-only array of integers, (N,), a copy unless it is one already.

    Raises ValueError if they are not whole numbers from 0 to classes - 1, one for each of n examples.
    """
    array = np.asarray(labels)
    if array.flags.writeable:
        array = array.copy()
        array.setflags(write=False)
    if array.shape != (n,) or array.dtype.kind not in "iu":
        raise ValueError(f"labels has shape {array.shape} and type {array.dtype}; it needs {n} whole numbers")
    if not 0 <= array.min() <= array.max() < classes:
        raise ValueError(f"labels reach from {array.min()} to {array.max()}; they must lie between 0 and {classes - 1}")
    return array


def _in_step(norms: tuple[BatchNorm, ...], layers: tuple[Parameters, ...]) -> tuple[BatchNorm, ...]:
    """The norms with the gamma and beta that the layers' parameters say."""
    return tuple(
        [
            norm.with_unchecked(gamma=layer.gamma.ravel(), beta=layer.beta.ravel())
            for norm, layer in zip(norms, layers, strict=False)
            if layer.gamma is not None and layer.beta is not None
        ]
    )


def forward_unchecked(
    network: Network, x: FloatArray, training: bool, noises: tuple[Noise, ...] = ()
) -> tuple[Pass, tuple[BatchNorm, ...]]:
    """`Network.train` or `infer` without checks of x and care for warnings: the pass, and the norms with new averages.

    noises: what to inject in each hidden layer, if anything. For S networks side by side, x is (N, S * inputs).
    """
    f = ACTIVATIONS[network.activation].function
    before = network.placement == "before"
    layers, norms, hidden = network.layers, list(network.norms), []
    signal = x
    for i, layer in enumerate(layers[:-1]):
        arriving = signal
        signal = into_activation = dense = _dense(layer, arriving)
        trace, noise = None, None
        if not before:
            signal = activated = f(dense)
        if norms:
            if training:
                trace, norms[i] = norms[i].train(signal)
            else:
                trace = norms[i].infer(signal)
            signal = trace.y
        if noises:
            noise = noises[i]
            signal = noise.scale * signal
            signal += noise.shift
        if before:
            into_activation = signal
            signal = activated = f(signal)
        for array in (dense, into_activation, activated, signal):
            array.setflags(write=False)
        hidden.append(Hidden(arriving, dense, trace, noise, into_activation, activated, signal))
    logits = read_only(_dense(layers[-1], signal))
    return Pass(network, x, tuple(hidden), logits, training), tuple(norms)


def _dense(layer: Parameters, x: FloatArray) -> FloatArray:
    out = _times(x, layer.weights)
    if layer.bias is not None:
        out += layer.bias.ravel()
    return out


def _times(x: FloatArray, weights: FloatArray) -> FloatArray:
    """The product x @ weights; for weights (S, inputs, outputs) that of each network's part of x, side by side."""
    out: FloatArray
    if weights.ndim == 2:
        out = x.dot(weights)
        return out
    out = np.empty((len(x), len(weights) * weights.shape[2]), x.dtype)
    np.matmul(apart(x, len(weights)), weights, out=apart(out, len(weights)))
    return out


def apart(values: FloatArray, members: int) -> FloatArray:
    """What stands side by side, (N, S * C), network by network: a view, (S, N, C)."""
    return values.reshape(len(values), members, -1).transpose(1, 0, 2)


def losses_unchecked(passed: Pass, labels: Labels) -> FloatArray:
    """`Pass.loss` without its check of labels and its care for warnings, (1,); for labels (N, S), (S,)."""
    rows = labels.ravel()  # of all networks
    _, sums, shifted = _softmax(passed.logits.reshape(len(rows), -1))
    return _losses(sums, shifted, rows, len(labels))


def backward_unchecked(passed: Pass, labels: Labels) -> NetworkGradients:
    """`Pass.backward` without its check of labels and its care for warnings."""
    losses, vector, dout, ddense = gradients_unchecked(passed, labels)
    return NetworkGradients(float(losses[0]), vector, dout, ddense, passed.network.layout)


def gradients_unchecked(
    passed: Pass, labels: Labels
) -> tuple[FloatArray, FloatArray, tuple[FloatArray, ...], tuple[FloatArray, ...]]:
    """The loss, (1,), and `vector`, `out` and `dense` of `NetworkGradients`.

    For S networks side by side, labels are (N, S), losses (S,), and `vector` is (S, P).
    """
    network = passed.network
    f = ACTIVATIONS[network.activation]
    before = network.placement == "before"
    layers = network.layers
    vector = np.empty_like(network.parameters)
    gradients = network.layout.views(vector)
    n = len(labels)
    rows = labels.ravel()  # of all networks
    powers, sums, shifted = _softmax(passed.logits.reshape(len(rows), -1))
    losses = _losses(sums, shifted, rows, n)
    powers /= sums
    powers -= _eye(len(powers), powers.dtype).take(rows, axis=0).T
    powers /= n
    delta = powers.T.reshape(passed.logits.shape)
    ddense, dout = [delta], []
    for i in range(len(layers) - 1, -1, -1):
        arrived = passed.hidden[i - 1].out if i else passed.x
        layer, gradient = layers[i], gradients[i]
        if layer.weights.ndim == 2:
            np.dot(arrived.T, delta, out=gradient.weights)
        else:
            members = len(layer.weights)
            np.matmul(apart(arrived, members).swapaxes(1, 2), apart(delta, members), out=gradient.weights)
        if gradient.bias is not None:
            gradient.bias[...] = sum_over(delta, (0,), n).reshape(gradient.bias.shape)
        if i == 0:
            break
        delta = _times(delta, layer.weights.swapaxes(-1, -2))
        dout.append(delta)
        step, gradient = passed.hidden[i - 1], gradients[i - 1]
        if before:
            delta = f.derivative_at_value(step.activated)
            delta *= dout[-1]
        if step.noise is not None:
            delta = delta * step.noise.scale
        if step.trace is not None:
            through = step.trace.backward(delta)
            delta = through.x
            if gradient.gamma is not None and gradient.beta is not None:
                gradient.gamma[...] = through.gamma.reshape(gradient.gamma.shape)
                gradient.beta[...] = through.beta.reshape(gradient.beta.shape)
        if not before:
            delta = delta * f.derivative_at_value(step.activated)
        ddense.append(delta)
    for array in (vector, *ddense, *dout):
        array.setflags(write=False)
    return losses, vector, tuple(dout[::-1]), tuple(ddense[::-1])


def _softmax(logits: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """exp(shifted), its sums over the classes (N,), and shifted = logits - max, both with classes first, (classes, N).

    Classes first, because NumPy runs faster along a long last axis than along ten classes.
    """
    logits = np.ascontiguousarray(logits.T)
    shifted = logits - np.maximum.reduce(logits)
    powers = np.exp(shifted)
    return powers, sum_over(powers, (0,), len(powers)), shifted


def _losses(sums: FloatArray, shifted: FloatArray, labels: Labels, n: int) -> FloatArray:
    """The mean loss over n examples of each network, (S,); labels (N * S,), those of one example side by side."""
    losses = np.log(sums) - shifted[labels, np.arange(len(labels))]
    means: FloatArray = np.add.reduce(losses.reshape(n, -1)) / n
    return means


@lru_cache(maxsize=16)
def _eye(classes: int, dtype: np.dtype[np.floating[Any]]) -> FloatArray:
    return read_only(np.eye(classes, dtype=dtype))
