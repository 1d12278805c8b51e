"""Filters over images, against ONNX's Conv."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from bn import FILTERS, filtered

IMAGES = np.random.default_rng(5).standard_normal((3, 7, 6))


def convolved(images, filters, stride):
    node = helper.make_node("Conv", ["x", "w"], ["y"], strides=[stride, stride])
    inputs = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in "xw"]
    graph = helper.make_graph([node], "conv", inputs, [helper.make_tensor_value_info("y", TensorProto.DOUBLE, None)])
    model = helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 15)])
    return ReferenceEvaluator(model).run(None, {"x": images[:, None], "w": filters[:, None]})[0]


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("shape", [(2, 3, 3), (1, 2, 4), (4, 1, 1), (1, 7, 6)])
def test_they_are_onnx_s_convolution(shape, stride):
    filters = np.random.default_rng(6).standard_normal(shape)
    np.testing.assert_allclose(filtered(IMAGES, filters, stride), convolved(IMAGES, filters, stride), rtol=1e-9)


def test_the_blur_leaves_a_gray_image_and_edges_make_it_empty():
    gray = np.full((1, 5, 5), 0.4)
    for name, each in FILTERS.items():
        np.testing.assert_allclose(filtered(gray, each[None]), 0.4 if name == "blur" else 0, atol=1e-15)


def test_each_edge_answers_to_its_own_direction():
    down = np.tile(np.arange(5.0)[:, None], (1, 5))[None]
    answers = {name: float(filtered(image, each[None]).mean()) for name, each in FILTERS.items() for image in [down]}
    assert answers["horizontal edges"] == pytest.approx(2)
    assert answers["vertical edges"] == pytest.approx(0)
    answer = filtered(down.transpose(0, 2, 1), FILTERS["vertical edges"][None])
    np.testing.assert_allclose(answer, 2)


@pytest.mark.parametrize(
    ("images", "filters", "stride", "message"),
    [
        (IMAGES[0], np.ones((1, 3, 3)), 1, "three axes"),
        (IMAGES, np.ones((3, 3)), 1, "three axes"),
        (IMAGES, np.ones((1, 8, 1)), 1, "do not fit"),
        (IMAGES, np.ones((1, 1, 7)), 1, "do not fit"),
        (IMAGES, np.ones((1, 3, 3)), 0, "stride is 0"),
        (IMAGES * np.nan, np.ones((1, 3, 3)), 1, "images"),
        (IMAGES, np.full((1, 3, 3), np.inf), 1, "filters"),
    ],
)
def test_what_cannot_be_filtered_is_refused(images, filters, stride, message):
    with pytest.raises(ValueError, match=message):
        filtered(images, filters, stride)
