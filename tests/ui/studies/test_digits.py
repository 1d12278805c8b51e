"""The digits: all there, scaled, split without overlap, and nobody can change them."""

import numpy as np
import pytest

from ui.studies.digits import FILE, HELD_OUT, digits


def test_the_file_has_its_attribution_beside_it():
    words = FILE.with_suffix(".md").read_text(encoding="utf-8")
    for word in ("E. Alpaydin", "C. Kaynak", "10.24432/C50P49", "CC BY 4.0", "scikit-learn"):
        assert word in words


def test_every_digit_is_in_one_of_the_parts_once():
    with np.load(FILE) as file:
        images, labels = file["images"].reshape(-1, 64) / 16, file["labels"]
    parts = digits()
    together = np.concatenate([part.images for part in parts])
    assert together.shape == (1797, 64)
    assert len(parts.test.labels) == HELD_OUT

    def ordered(pixels, classes):
        return sorted(zip(pixels.tolist(), classes.tolist(), strict=True))

    assert ordered(together, np.concatenate([part.labels for part in parts])) == ordered(images, labels)


def test_scale_and_precision():
    for part in digits():
        assert part.images.dtype == np.float32
        assert part.images.min() == 0
        assert part.images.max() == 1
        assert np.bincount(part.labels, minlength=10).min() >= len(part.labels) // 15


def test_they_are_read_once_and_cannot_be_changed():
    assert digits() is digits()
    for part in digits():
        for array in part:
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1
