"""The models that stand ready: the healthy one has no finding that alarms, and each fault is found first."""

import pytest

from bn.checkup import examine, renewed
from ui.checkpoints.examples import EXAMPLES, FAULTS, FILE, STATES

FIRST = {
    "moved data": "moved_data",
    "small batches": "small_batches",
    "stale": "stale",
    "never updated": "never_updated",
    "mean and variance swapped": "swapped",
    "overflown in float16": "not_finite",
    "dead channels": "off_behind_relu",
    "another ε in one layer": "eps_differs",
    "averages of different age": "age",
}


def test_the_healthy_one_stands_first_and_has_nothing():
    assert next(iter(EXAMPLES)) == "healthy"
    assert examine(EXAMPLES["healthy"]) == ()


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "healthy"])
def test_every_fault_is_found_first(name):
    assert examine(EXAMPLES[name])[0].kind == FIRST[name]


def test_states_were_recorded_and_seeded_faults_show_without_data():
    assert len(EXAMPLES) == len(STATES) + len(FAULTS)
    for name, model in EXAMPLES.items():
        assert all((layer.recorded is not None) == (name in STATES) for layer in model.layers)
        assert [layer.name for layer in model.layers] == [layer.name for layer in EXAMPLES["healthy"].layers]


def test_what_is_shared_by_all_sessions_cannot_be_changed():
    for model in EXAMPLES.values():
        for layer in model.layers:
            arrays = [layer.running_mean, layer.running_var, layer.gamma, layer.beta]
            arrays += [layer.recorded.train_mean, layer.recorded.y_var] if layer.recorded else []
            assert not any(array.flags.writeable for array in arrays)
    assert EXAMPLES["healthy"] is EXAMPLES["healthy"]


def test_stale_averages_are_mended():
    assert [each.kind for each in examine(renewed(EXAMPLES["never updated"]))] == []


def test_another_name_has_none():
    with pytest.raises(KeyError):
        EXAMPLES["another"]


def test_the_file_is_small():
    assert FILE.stat().st_size < 60_000
