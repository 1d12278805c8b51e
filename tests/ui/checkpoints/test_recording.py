"""Recordings as the snippets write them, and files that only look so."""

import io
import json
import math
import pickle
import zipfile

import numpy as np
import pytest

from tests.ui.checkpoints.files import arrays, as_json, npz
from ui.checkpoints.arrays import MOST_UNPACKED
from ui.checkpoints.limits import CheckpointError
from ui.checkpoints.reading import read_recording


def read(data, name="batch_norm.npz"):
    return read_recording(data, name)


def refused(data):
    with pytest.raises(CheckpointError) as problem:
        read(data)
    sentence = str(problem.value)
    assert sentence.endswith((".", "!"))
    assert len(sentence) < 400
    return sentence


@pytest.mark.parametrize("written", [npz, as_json])
class TestWhole:
    def test_layers_are_as_they_were_written(self, written):
        data = arrays()
        of = read(written(data))
        assert (of.framework, [each.name for each in of.layers]) == ("pytorch", ["layer0.bn", "layer1.bn"])
        first = of.layers[0]
        for field, key in (
            ("running_mean", "running_mean"),
            ("running_var", "running_var"),
            ("gamma", "weight"),
            ("beta", "bias"),
        ):
            np.testing.assert_array_equal(getattr(first, field), data[f"0/{key}"])
            assert getattr(first, field).dtype == np.float64
            assert not getattr(first, field).flags.writeable
        assert (first.eps, first.decay, first.batches_tracked) == (1e-5, 0.9, 7)

    def test_batches_are_pooled(self, written):
        data = arrays()
        seen = read(written(data)).layers[1].recorded
        x, t = data["1/evaluation"].astype(float), data["1/training"].astype(float)
        np.testing.assert_allclose(seen.mean, x[:, 0].mean(0))
        np.testing.assert_allclose(seen.var, x[:, 2].mean(0) + x[:, 0].var(0))
        np.testing.assert_allclose(seen.y_mean, x[:, 1].mean(0))
        np.testing.assert_allclose(seen.y_var, x[:, 3].mean(0) + x[:, 1].var(0))
        np.testing.assert_array_equal(seen.train_mean, t[:, 0])
        np.testing.assert_array_equal(seen.train_var, t[:, 2])
        np.testing.assert_allclose(seen.train_y_mean, t[:, 1].mean(0))
        np.testing.assert_allclose(seen.train_y_var, t[:, 3].mean(0) + t[:, 1].var(0))
        assert seen.rows == 64

    def test_without_batches_nothing_is_recorded(self, written):
        data = {key: value for key, value in arrays().items() if not key.endswith(("training", "evaluation", "rows"))}
        assert [each.recorded for each in read(written(data)).layers] == [None, None]

    def test_a_layer_without_gamma_beta_and_settings(self, written):
        data = {key: value for key, value in arrays().items() if key.endswith(("framework", "name", "mean", "var"))}
        first = read(written(data)).layers[0]
        assert (first.gamma, first.beta, first.eps, first.decay, first.batches_tracked) == (None,) * 5

    def test_more_than_nine_layers_stay_in_their_order(self, written):
        assert [each.name for each in read(written(arrays(12))).layers] == [f"layer{at}.bn" for at in range(12)]


def test_a_decay_that_is_no_number_is_a_plain_mean():
    data = arrays() | {"0/decay": np.array(np.nan)}
    of = read(npz(data))
    assert of.layers[0].decay is None
    assert of.decay(of.layers[0]) is None


def test_null_in_json_is_nan():
    data = json.loads(as_json(arrays()))
    data["layers"][0]["running_var"][2] = None
    assert math.isnan(read(json.dumps(data).encode()).layers[0].running_var[2])


@pytest.mark.parametrize(
    "names",
    [
        ("running_mean", "running_var", "weight", "bias"),
        ("moving_mean", "moving_variance", "gamma", "beta"),
        ("mean", "var", "scale", "bias"),
        ("moving_mean:0", "moving_variance:0", "gamma:0", "beta:0"),
    ],
)
@pytest.mark.parametrize("separator", ["/", "."])
def test_vectors_are_known_by_the_frameworks_names_and_other_tensors_left(names, separator):
    saved = {f"block2{separator}bn{separator}{name}": np.arange(3.0) + at for at, name in enumerate(names)}
    saved |= {f"block10{separator}bn{separator}{name}": np.arange(4.0) for name in names}
    saved |= {f"conv{separator}weight": np.ones((3, 3, 8, 8)), f"fc{separator}bias": np.ones(4)}
    of = read(npz(saved))
    assert [each.name for each in of.layers] == [f"block2{separator}bn", f"block10{separator}bn"]
    np.testing.assert_array_equal(of.layers[0].gamma, [2, 3, 4])


class TestRefused:
    @pytest.mark.parametrize("data", [b"", b"\0" * 100, b"hello", b"\x93NUMPY", b"[1, 2]", b"<html>"])
    def test_other_files(self, data):
        assert "snippet" in refused(data)

    def test_a_pickle_inside_is_never_opened(self):
        class Trap:
            def __reduce__(self):
                return pytest.fail, ("opened",)

        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive, archive.open("0/running_mean.npy", "w") as member:
            np.lib.format.write_array_header_1_0(member, {"descr": "|O", "fortran_order": False, "shape": (1,)})
            member.write(pickle.dumps(Trap()))
        assert "not opened" in refused(file.getvalue())

    @pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_a_zip_bomb(self, method):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            for at in range(3):
                archive.writestr(f"{at}/running_mean.npy", bytes(MOST_UNPACKED // 2))
        assert len(file.getvalue()) < 500_000
        refused(file.getvalue())

    def test_an_array_that_says_it_is_longer_than_it_is(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive, archive.open("0/running_mean.npy", "w") as member:
            np.lib.format.write_array_header_1_0(member, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
        assert "another length" in refused(file.getvalue())

    def test_a_list_of_contents_without_end(self):
        entry = b"PK\x01\x02" + bytes(42)
        assert "10,000 members" in refused(b"PK\x03\x04" + entry * 20_000 + b"PK\x05\x06" + bytes(18))

    @pytest.mark.parametrize(
        ("key", "value", "said"),
        [
            ("0/running_mean", np.ones((2, 2)), "shape (2, 2)"),
            ("0/running_mean", np.ones(0), "shape (0)"),
            ("0/running_var", np.ones(4), "4 numbers, but the layer has 5"),
            ("0/weight", np.ones(6), "6 numbers"),
            ("0/running_mean", np.ones(5, complex), "neither numbers nor text"),
            ("0/running_mean", np.array(["a"] * 5), "no numbers"),
            ("0/eps", np.array(-1.0), "ε of layer0.bn is −1"),
            ("0/eps", np.array(np.inf), "ε"),
            ("0/eps", np.ones(3), "not a number"),
            ("0/decay", np.array(1.5), "decay"),
            ("0/num_batches_tracked", np.array(-3), "num_batches_tracked"),
            ("0/rows", np.array(0), "rows"),
            ("0/name", np.array(3), "not text"),
            ("0/name", np.array("layer1.bn"), "same name"),
            ("0/training", np.ones((3, 4, 6)), "training of layer0.bn"),
            ("0/training", np.ones((2, 4, 5)), "3 batches in evaluation mode and 2"),
            ("0/training", np.ones((100, 4, 5)), "64 batches"),
            ("0/evaluation", np.ones((0, 4, 5)), "evaluation of layer0.bn"),
        ],
    )
    def test_what_does_not_fit_gets_a_sentence(self, key, value, said):
        data = arrays() | {key: value}
        if value.ndim == 3 and len(value) == 100:
            data["0/evaluation"] = value
        assert said in refused(npz(data))

    @pytest.mark.parametrize("missing", ["running_mean", "running_var", "rows", "training", "evaluation"])
    def test_what_is_missing_is_named(self, missing):
        data = {key: value for key, value in arrays().items() if key != f"0/{missing}"}
        assert missing in refused(npz(data))

    def test_a_file_without_batch_norm(self):
        assert "no batch norm layer" in refused(npz({"conv.weight": np.ones(3)}))

    def test_too_many_layers(self):
        data = {f"{at}/{key}": np.ones(1) for at in range(513) for key in ("running_mean", "running_var")}
        assert "513 batch norm layers" in refused(npz(data))

    def test_too_many_channels(self):
        assert "65,536" in refused(npz({f"0/{key}": np.ones(70_000) for key in ("running_mean", "running_var")}))
        data = {f"{at}/{key}": np.ones(60_000) for at in range(5) for key in ("running_mean", "running_var")}
        assert "262,144" in refused(npz(data))

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            '{"layers": 3}',
            '{"layers": [3]}',
            '{"layers": []}',
            '{"layers": [{}]}',
            '{"layers": [{"running_mean": [1], "running_var": ["a"]}]}',
            '{"layers": [{"running_mean": [true], "running_var": [1]}]}',
            '{"layers": [{"running_mean": [[1], [1, 2]], "running_var": [1]}]}',
            '{"layers": [{"running_mean": [1], "running_var": [1], "eps": "a"}]}',
            '{"layers": [{"running_mean": [1], "running_var": [1], "eps": {}}]}',
            '{"layers": [{"running_mean": [1], "running_var": [1e999], "name": []}]}',
            '{"layers": ' + "[" * 100_000,
            '{"layers": [{"running_mean": ' + "[" * 900 + "]" * 900 + "}]}",
            '{"layers": [{"running_mean": [1], "running_var": [' + "9" * 5_000 + "]}]}",
        ],
    )
    def test_json_of_another_form(self, text):
        refused(text.encode())

    def test_a_file_that_is_too_large(self):
        assert "32 MiB" in refused(bytes(33 * 2**20))


def test_names_are_one_line_and_not_endless():
    data = arrays() | {"0/name": np.array("a\nb\0\u202e" + "c" * 1_000)}
    name = read(npz(data)).layers[0].name
    assert name.startswith("a b")
    assert name.isprintable()
    assert len(name) == 200
    assert read(npz(arrays()), "<b>\n").source == "<b>"
