"""What a stored layer says of itself, and what is assumed where a file says nothing."""

import numpy as np
import pytest

from bn.checkup import StoredLayer, StoredModel
from tests.bn.checkup.models import layer, model


def test_the_gain_is_gamma_over_the_root():
    one = layer()
    np.testing.assert_allclose(one.gain(0.5), one.gamma / np.sqrt(one.running_var + 0.5), rtol=1e-15)
    assert one.channels == 64


def test_without_gamma_and_beta_they_are_1_and_0():
    one = layer(gamma=None, beta=None)
    assert (one.scale == 1).all()
    assert (one.shift == 0).all()


def test_a_negative_variance_has_no_gain_and_no_warning():
    assert np.isnan(StoredLayer("a", np.zeros(1), -np.ones(1)).gain(1e-5)).all()


@pytest.mark.parametrize(
    ("framework", "eps", "decay"),
    [(None, 1e-5, 0.9), ("pytorch", 1e-5, 0.9), ("keras", 1e-3, 0.99), ("flax", 1e-5, 0.99)],
)
def test_what_a_file_does_not_say_is_the_framework_s_own(framework, eps, decay):
    one = layer(eps=None, decay=None)
    of = model(one, framework=framework)
    assert (of.eps(one), of.decay(one)) == (eps, decay)


def test_an_eps_without_a_decay_means_a_plain_mean():
    one = layer(eps=1e-4, decay=None)
    assert (model(one).eps(one), model(one).decay(one)) == (1e-4, None)


def test_the_usual_gamma_is_a_median_of_medians():
    of = StoredModel("a", tuple(layer(str(at), at, gamma=np.full(64, -float(at))) for at in range(3)))
    assert of.usual_gamma == 1
