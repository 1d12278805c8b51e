"""What company does to an output, and an output's input to its company."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, BatchNorm, batch_norm, batch_rows, contagion, in_company, layer_norm

X = 2 * np.random.default_rng(3).standard_normal((12, 3, 2, 2)) + 1
COLUMN = np.random.default_rng(4).standard_normal((6, 2)) * 3 + 5


def layer(features=2, **fields):
    return replace(BatchNorm.create(features, CONVENTIONS["onnx"], channel_axis=1), **fields)


def test_company_gives_the_value_of_the_first_in_each_batch():
    rows = batch_rows(len(X), 5, 4, seed=0, first=2)
    values = in_company(X, rows, batch_norm, (1, 0, 1))
    for value, batch in zip(values, rows, strict=True):
        channel = X[batch][:, 1]
        assert value == pytest.approx((X[2, 1, 0, 1] - channel.mean()) / np.sqrt(channel.var() + 1e-5), rel=1e-12)
    assert np.ptp(values) > 0.01


def test_company_means_nothing_to_layer_norm():
    rows = batch_rows(len(X), 5, 4, seed=0, first=2)
    values = in_company(X, rows, layer_norm, (1, 0, 1))
    assert np.ptp(values) == 0
    assert values[0] == pytest.approx((X[2, 1, 0, 1] - X[2].mean()) / np.sqrt(X[2].var() + 1e-5), rel=1e-12)


def test_in_training_every_output_moves_as_the_formula_says():
    gamma = np.array([2.0, -0.5])
    change = contagion(layer(gamma=gamma, beta=np.array([7.0, 1.0])), COLUMN, 4.0, training=True)
    pushed = COLUMN + 4.0 * (np.arange(6) == 0)[:, None]
    sides = [(x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) for x in (pushed, COLUMN)]
    np.testing.assert_allclose(change, gamma * (sides[0] - sides[1]), rtol=1e-9, atol=1e-12)
    assert (change != 0).all()


def test_the_others_move_along_a_line():
    change = contagion(layer(), COLUMN, 4.0, training=True)[1:]
    for j in range(2):
        line = np.polyfit(COLUMN[1:, j], change[:, j], 1)
        np.testing.assert_allclose(np.polyval(line, COLUMN[1:, j]), change[:, j], atol=1e-12)


def test_in_inference_only_the_one_that_is_pushed_moves():
    change = contagion(layer(running_var=np.array([4.0, 4.0])), COLUMN, 4.0, training=False)
    np.testing.assert_array_equal(change[1:], 0)
    np.testing.assert_allclose(change[0], 4 / np.sqrt(4 + 1e-5))


def test_input_stays_as_it_is():
    before = COLUMN.copy()
    contagion(layer(), COLUMN, 4.0, training=True)
    np.testing.assert_array_equal(COLUMN, before)


def test_alone_nothing_of_the_push_is_left():
    np.testing.assert_array_equal(contagion(layer(), COLUMN[:1], 4.0, training=True), 0)
