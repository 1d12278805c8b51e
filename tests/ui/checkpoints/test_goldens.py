"""What the snippets recorded in PyTorch, Keras and Flax: every fault is found and named first, and healthy models have no alarm."""

import hashlib
import json
from pathlib import Path

import pytest

from bn.checkup import examine, renewed
from ui.checkpoints import snippets
from ui.checkpoints.reading import read_recording

GOLDENS = Path(__file__).parents[2] / "goldens"
FILES = sorted((GOLDENS / "checkup").glob("*.npz"))
MADE = json.loads((GOLDENS / "checkup.json").read_text(encoding="utf-8"))
# Kind and layer of the first finding; a layer that is None: the whole model.
FAULTS = {
    "pytorch moved data": ("moved_data", "bn0"),
    "pytorch never updated": ("never_updated", None),
    "pytorch stale": ("stale", None),
    "pytorch swapped": ("swapped", "bn1"),
    "pytorch dead channels": ("off_behind_relu", "bn1"),
    "pytorch short memory": ("short_memory", None),
    "pytorch dropout before it": ("inputs_differ", "5"),
    "pytorch small batches": ("small_batches", "1"),
    "pytorch averages left behind": ("averages_off", "4"),
    "keras overflown in float16": ("not_finite", "sequential/batch_normalization"),
    "keras another epsilon": ("eps_differs", "sequential_1/batch_normalization_3"),
    "keras stale": ("stale", None),
    "keras wrong mode": ("wrong_mode", "always_training"),
    "flax gamma and beta swapped": ("swapped_affine", "norms/0"),
    "flax never updated": ("never_updated", None),
    "flax averages of another model": ("averages_off", "norms/1"),
    "flax negative variance": ("negative_variance", "norms/1"),
}
HEALTHY = [path for path in FILES if " healthy" in path.stem]


def model(path):
    return read_recording(path.read_bytes(), path.name)


def test_every_file_is_expected():
    assert {path.stem for path in FILES if path not in HEALTHY} == set(FAULTS)
    assert len(FAULTS) >= 12
    assert len(HEALTHY) >= 4
    assert {name.split()[0] for name in FAULTS} == set(snippets.FRAMEWORKS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_named_first(name):
    first = examine(model(GOLDENS / "checkup" / f"{name}.npz"))[0]
    assert (first.kind, first.layer) == FAULTS[name]
    assert first.certainty in ("proof", "strong sign")


@pytest.mark.parametrize("path", HEALTHY, ids=lambda path: path.stem)
def test_a_healthy_model_has_no_alarm(path):
    assert [finding for finding in examine(model(path)) if finding.certainty != "possible"] == []


def test_the_weight_of_the_start_is_what_it_was():
    """Eight batches with a decay of 0.9, and 3 × 23 batches with a decay of 0.99."""
    for name, weight in (("pytorch stale", 0.9**8), ("keras stale", 0.99**69)):
        evidence = examine(model(GOLDENS / "checkup" / f"{name}.npz"))[0].evidence
        said = float(evidence.partition("still weighs ")[2].partition(" %")[0]) / 100
        assert said == pytest.approx(weight, abs=0.06)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_settings_are_the_framework_s(path):
    of = model(path)
    framework = path.stem.split()[0]
    assert of.framework == framework
    assert all((each.batches_tracked is not None) == (framework == "pytorch") for each in of.layers)
    usual = {"pytorch": 1e-5, "keras": 1e-3, "flax": 1e-5}[framework]
    assert of.layers[0].eps == usual
    assert all(each.gamma is not None and each.beta is not None for each in of.layers)


@pytest.mark.parametrize("path", HEALTHY, ids=lambda path: path.stem)
def test_outputs_are_what_the_layer_makes_of_its_inputs(path):
    """So means and variances, of inputs and outputs, in both modes, stand where they belong."""
    of = model(path)
    for layer in of.layers:
        gain, seen = layer.gain(of.eps(layer)), layer.recorded
        assert seen.y_mean == pytest.approx(gain * (seen.mean - layer.running_mean) + layer.beta, abs=2e-4)
        assert seen.y_var == pytest.approx(gain**2 * seen.var, rel=2e-3, abs=1e-6)
        if "frozen" not in path.stem:
            assert seen.train_y_mean == pytest.approx(layer.beta, abs=2e-4)
            shrunk = seen.train_var / (seen.train_var + of.eps(layer))
            assert seen.train_y_var == pytest.approx(layer.gamma**2 * shrunk.mean(axis=0), rel=2e-3, abs=1e-6)


class TestSnippets:
    @pytest.mark.parametrize("framework", snippets.FRAMEWORKS)
    @pytest.mark.parametrize("use", [snippets.snippet, snippets.mending], ids=["snippet", "mending"])
    def test_are_short_plain_and_the_ones_that_ran(self, framework, use):
        code = use(framework)
        assert len(code.splitlines()) <= 25
        assert all(len(line) <= 130 for line in code.splitlines())
        compile(code, framework, "exec")
        assert "pickle" not in code
        ran = MADE["snippets"][f"{framework}, {use.__name__}"]
        assert hashlib.sha256(code.encode()).hexdigest() == ran, "run tests/goldens/make_checkup.py again"

    @pytest.mark.parametrize("framework", snippets.FRAMEWORKS)
    def test_mended_models_read_digits_again(self, framework):
        found = MADE["mended"][framework]
        assert found["before"] < 0.6
        assert found["with the averages of the file"] > 0.9
        assert found["layer by layer"] > 0.9
        assert found["off"] < 0.01
        assert found["off in evaluation"] < 1e-6  # layer by layer, averages are exactly those of what comes in

    def test_another_framework_has_none(self):
        with pytest.raises(KeyError):
            snippets.snippet("../../pyproject")


def test_renewed_averages_have_no_findings_left_but_what_they_cannot_mend():
    for name in ("pytorch stale", "keras stale", "pytorch never updated", "flax averages of another model"):
        mended = renewed(model(GOLDENS / "checkup" / f"{name}.npz"))
        left = {each.kind for each in examine(mended) if each.certainty != "possible"}
        assert left <= {"few_batches"}, name  # the count of batches is not mended
