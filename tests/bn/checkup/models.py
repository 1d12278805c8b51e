"""Layers and models as a trained network has them, to put a fault into."""

from dataclasses import replace

import numpy as np

from bn.checkup import Recorded, StoredLayer, StoredModel, examine

C = 64


def layer(name="bn", seed=0, channels=C, **changes):
    """A healthy layer after a thousand batches."""
    rng = np.random.default_rng([seed, channels])
    made = StoredLayer(
        name,
        running_mean=rng.normal(0, 1, channels),
        running_var=rng.gamma(3, 0.5, channels),
        gamma=1 + 0.2 * rng.standard_normal(channels),
        beta=0.2 * rng.standard_normal(channels),
        eps=1e-5,
        decay=0.9,
        batches_tracked=1_000,
    )
    return replace(made, **changes)


def model(*layers, framework="pytorch"):
    return StoredModel("a model", layers, framework)


def four(**changes):
    """Four healthy layers, the second one changed."""
    layers = [layer(f"layer{at}.bn", at) for at in range(4)]
    layers[1] = replace(layers[1], **changes)
    return model(*layers)


def recorded(
    of, mean=None, var=None, eval_mean=None, eval_var=None, rows=1_000, batches=8, noise=0.01, seed=0, mode="own"
):
    """What a layer saw of data with this mean and variance (its own by default), and gave in both modes.

    mode: "own" normalizes with the batch in training, "frozen" in neither mode, "training" in both.
    """
    rng = np.random.default_rng([seed, 7])
    mean = of.running_mean if mean is None else mean
    var = of.running_var if var is None else var
    eval_mean, eval_var = mean if eval_mean is None else eval_mean, var if eval_var is None else eval_var
    std = np.sqrt(var)
    train_mean = mean + noise * std * rng.standard_normal((batches, len(mean)))
    train_mean += mean - train_mean.mean(axis=0)
    train_var = var * np.exp(noise * rng.standard_normal((batches, len(mean))))

    def out(x_mean, x_var, stored):
        if stored:
            gain = of.scale / np.sqrt(of.running_var + (of.eps or 1e-5))
            return gain * (x_mean - of.running_mean) + of.shift, gain**2 * x_var
        return of.shift.copy(), of.scale**2

    y = out(eval_mean, eval_var, stored=mode != "training")
    train_y = out(mean, var, stored=mode == "frozen")
    return replace(of, recorded=Recorded(rows, eval_mean, eval_var, train_mean, train_var, *y, *train_y))


def kinds(of):
    return [finding.kind for finding in examine(of)]


def found(of, kind):
    """The only finding of this kind."""
    (finding,) = (each for each in examine(of) if each.kind == kind)
    return finding


def alarms(of):
    return [finding for finding in examine(of) if finding.certainty != "possible"]
