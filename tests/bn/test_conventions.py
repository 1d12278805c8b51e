"""What frameworks call momentum, and what it stands for."""

import pytest

from bn import CONVENTIONS

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
