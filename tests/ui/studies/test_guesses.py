"""Digits are drawn pixel by pixel, and right guesses are told from wrong ones without color."""

import base64
import io
import re

import numpy as np
from PIL import Image

from ui.figures.style import WITH, WITHOUT
from ui.studies.digits import digits, one_of_each
from ui.studies.guesses import guesses, png


def test_a_png_has_the_pixels_of_the_image():
    image = digits().test.images[0].reshape(8, 8)
    read = np.asarray(Image.open(io.BytesIO(png(image))))
    np.testing.assert_array_equal(read, np.round(255 - 255 * image))


def test_there_is_one_held_out_digit_of_each_class():
    assert digits().test.labels[list(one_of_each())].tolist() == list(range(10))


def test_every_digit_has_its_picture_and_each_guess_its_mark():
    html = guesses([(WITH, tuple(range(10))), (WITHOUT, (0,) * 10)])
    assert html.count("✓") == 11
    assert html.count("✗") == 9
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)" alt="A drawn (\d)"', html)
    assert [label for _, label in pictures] == [str(i) for i in range(10)]
    for picture, label in pictures:
        image = digits().test.images[one_of_each()[int(label)]].reshape(8, 8)
        np.testing.assert_array_equal(Image.open(io.BytesIO(base64.b64decode(picture))), np.round(255 - 255 * image))
