"""What frameworks call momentum, and what it stands for."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, BatchNorm

NAMED = [name for name, convention in CONVENTIONS.items() if convention.momentum_weighs]


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("decay", [0.0, 0.25, 0.9, 1.0])
def test_a_decay_comes_back_from_its_momentum(name, decay):
    convention = CONVENTIONS[name]
    assert convention.decay_for(convention.momentum(decay)) == pytest.approx(decay, abs=1e-15)


def test_pytorch_and_keras_read_one_number_as_opposites():
    pytorch, keras = CONVENTIONS["pytorch"], CONVENTIONS["keras"]
    assert (pytorch.decay_for(0.1), keras.decay_for(0.1)) == (0.9, 0.1)
    assert pytorch.decay_for(0.5) == keras.decay_for(0.5)


def test_the_paper_has_no_such_number():
    with pytest.raises(ValueError, match="no parameter called momentum"):
        CONVENTIONS["paper"].decay_for(0.1)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_one_value_is_not_corrected(name):
    assert CONVENTIONS[name].correction(1, 1e-3) == 1


@pytest.mark.parametrize(("n", "eps"), [(2, 1.0), (8, 10.0)])
def test_keras_2_takes_no_epsilon_as_large_as_its_divisor(n, eps):
    """Its moving variance would be infinite or negative, and NaN is what inference makes of that."""
    with pytest.raises(ValueError, match=rf"eps is {eps}; Keras 2 .* with {n} values; choose an eps below {n - 1}"):
        replace(BatchNorm.create(1, CONVENTIONS["keras2"]), eps=eps).train(np.arange(n, dtype=float)[:, None])


@pytest.mark.parametrize("name", [name for name in CONVENTIONS if name != "keras2"])
def test_no_other_minds(name):
    assert CONVENTIONS[name].correction(2, 10.0) in (1, 2)
