"""What frameworks and the paper mean by "batch normalization", as data."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Convention:
    """The defaults and habits in which implementations of the same layer differ.

    Every convention normalizes with the biased variance (÷N), starts at gamma = 1, beta = 0, running mean 0 and
    running variance 1, and moves its averages by

        running = decay * running + (1 - decay) * batch.

    name                  as the project spells itself
    eps                   added to the variance under the root
    decay                 weight of the OLD running value in [0, 1]; None: the plain mean over all batches so far
    running_var_ddof      the variance that enters the moving average: 0 for ÷N, 1 for ÷(N-1)
    divisor_takes_eps     whether that divisor is short of eps as well: ÷(N-1-eps)
    channel_axis          where the channels are by default
    momentum_weighs       which value the framework's own parameter called "momentum" weighs; None: it has none
    refuses_single_value  whether training on one value per channel is an error
    source                where this can be read
    names_eps             whether it says which eps; where it does not, `eps` is a common one
    """

    name: str
    eps: float
    decay: float | None
    running_var_ddof: Literal[0, 1]
    channel_axis: int
    momentum_weighs: Literal["old", "new"] | None
    refuses_single_value: bool
    source: str
    divisor_takes_eps: bool = False
    names_eps: bool = True

    @property
    def divisor(self) -> str:
        """What the variance that is averaged is divided by, as it stands behind ÷."""
        if self.divisor_takes_eps:
            return "(N − 1 − ε)"
        return "(N − 1)" if self.running_var_ddof else "N"

    def takes(self, n: int) -> bool:
        """Whether a layer trains on n values per channel, be it to make of a single one 0."""
        return n > 1 or not self.refuses_single_value

    def correction(self, n: int, eps: float) -> float:
        """What the variance (÷n) of n values is multiplied by before it is averaged: n / (n - ddof), or n / (n - 1 - eps).

        1 for one value, whose variance is 0 and has no unbiased estimate. Raises ValueError where n - 1 - eps is not
        above 0, so that the framework would remember an infinite or a negative variance.
        """
        if n == 1:
            return 1.0
        divisor = n - self.running_var_ddof - (eps if self.divisor_takes_eps else 0)
        if divisor <= 0:
            raise ValueError(
                f"eps is {eps}; {self.name} divides the variance that it averages by N - 1 - eps, which is {divisor:g} "
                f"with {n} values; choose an eps below {n - 1}"
            )
        return n / divisor

    def momentum(self, decay: float | None) -> float | None:
        """The framework's own "momentum" for a decay: the decay itself, or 1 - decay where it weighs the new value.

        None where the framework has no such number, or none for this decay.
        """
        if decay is None or self.momentum_weighs is None:
            return None
        return decay if self.momentum_weighs == "old" else 1 - decay

    def decay_for(self, momentum: float) -> float:
        """The decay that the framework's own "momentum" stands for, the inverse of `momentum`.

        Raises ValueError where the framework has no such number.
        """
        if self.momentum_weighs is None:
            raise ValueError(f"{self.name} has no parameter called momentum")
        return momentum if self.momentum_weighs == "old" else 1 - momentum


CONVENTIONS: dict[str, Convention] = {
    "pytorch": Convention(
        name="PyTorch",
        eps=1e-5,
        decay=0.9,
        running_var_ddof=1,
        channel_axis=1,
        momentum_weighs="new",
        refuses_single_value=True,
        source="https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html",
    ),
    "keras": Convention(
        name="Keras 3",
        eps=1e-3,
        decay=0.99,
        running_var_ddof=0,
        channel_axis=-1,
        momentum_weighs="old",
        refuses_single_value=False,
        source="https://keras.io/api/layers/normalization_layers/batch_normalization/",
    ),
    # Versions 2.1.4 to 2.3.1, a package of its own. As tf.keras, 2.4 to 2.15, only the kernel for images differs from
    # Keras 3: TensorFlow's fused one averages ÷(N-1), without eps. A dense layer there averages ÷N.
    "keras2": Convention(
        name="Keras 2",
        eps=1e-3,
        decay=0.99,
        running_var_ddof=1,
        channel_axis=-1,
        momentum_weighs="old",
        refuses_single_value=False,
        source="https://github.com/keras-team/keras/blob/2.3.1/keras/layers/normalization.py",
        divisor_takes_eps=True,
    ),
    "flax": Convention(
        name="Flax",
        eps=1e-5,
        decay=0.99,
        running_var_ddof=0,
        channel_axis=-1,
        momentum_weighs="old",
        refuses_single_value=False,
        source="https://flax.readthedocs.io/en/latest/api_reference/flax.nnx/nn/normalization.html",
    ),
    "onnx": Convention(
        name="ONNX",
        eps=1e-5,
        decay=0.9,
        running_var_ddof=0,
        channel_axis=1,
        momentum_weighs="old",
        refuses_single_value=False,
        source="https://onnx.ai/onnx/operators/onnx__BatchNormalization.html",
    ),
    # Algorithm 2 of the paper averages over many batches and corrects the variance by m/(m-1); it names no epsilon.
    "paper": Convention(
        name="the 2015 paper",
        eps=1e-5,
        decay=None,
        running_var_ddof=1,
        channel_axis=1,
        momentum_weighs=None,
        refuses_single_value=False,
        source="https://arxiv.org/abs/1502.03167",
        names_eps=False,
    ),
}
