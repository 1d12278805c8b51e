"""Images and relatives: counts, feature maps after each norm, who moves with the company, a batch of one."""

import numpy as np
import pytest

from bn import NORMS, normalizer
from tests.pages.driving import charts, open_page, spec
from ui.feature_maps import feature_maps
from ui.predict import SHOW_ME

SCRIPT = "pages/images_and_relatives.py"


def text(at):
    return "\n".join(each.value for each in at.markdown)


def test_the_articles_tensor_is_one_click_away():
    at = open_page(SCRIPT)
    at.button(key="ir_preset_Convolution, (10, 64, 200, 200)").click().run()
    assert "**64** means and as many variances, each over **400,000** values" in text(at)
    assert "Drawn: 8 of 10 examples, 12 of 64 channels, 3 × 3 of 200 × 200 places" in text(at)


def test_a_dense_layers_values_are_alone_in_instance_norm():
    at = open_page(SCRIPT, ir_n="64", ir_c="50", ir_h="1", ir_w="1", ir_norm="Instance norm")
    assert "**3,200** means and as many variances, each over **1** value." in text(at)
    assert "only β is left" in text(at)


def test_groups_are_those_that_divide_the_channels():
    at = open_page(SCRIPT, ir_norm="Group norm", ir_c="6", ir_groups="4")
    assert "4 groups do not divide 6 channels evenly, so it is 3" in text(at)


@pytest.mark.parametrize(
    ("order", "said"), [("channels first", "(4, 6, 3, 3); batch norm: `x.mean(axis=(0, 2, 3))`"),
                        ("channels last", "(4, 3, 3, 6); batch norm: `x.mean(axis=(0, 1, 2))`")]
)  # fmt: skip
def test_the_order_of_the_axes_is_written_out(order, said):
    assert said in text(open_page(SCRIPT, ir_order=order))


@pytest.mark.parametrize("norm", NORMS)
def test_feature_maps_are_normalized_as_chosen(norm):
    at = open_page(SCRIPT, ir_shown=f"{norm.capitalize()} norm", ir_seed="3")
    before, after = (each["z"] for each in spec(charts(at)["ir_maps"])["data"])
    maps = feature_maps(3)
    np.testing.assert_allclose(before[0][:6], maps[0, 0, 0], atol=6e-4)
    np.testing.assert_allclose(after[0][:6], normalizer(norm, 2)(maps)[0, 0, 0], atol=6e-4)


def test_whose_output_moves_is_computed_after_the_guess():
    at = open_page(SCRIPT)
    assert not at.info
    at.radio(key="ir_guess").set_value(SHOW_ME).run()
    maps, others = feature_maps(0), feature_maps(1)
    one, other = (normalizer("batch")(each)[0] for each in (maps, np.concatenate([maps[:1], others[1:]])))
    assert "It is **batch norm's alone**" in at.info[0].value
    assert f"batch {np.abs(one - other).max():.2f}, layer 0.00, instance 0.00, group 0.00" in at.info[0].value


def test_with_the_same_company_nothing_moves():
    at = open_page(SCRIPT, ir_guess="none", ir_others="0")
    assert "Yes: **none**" in at.success[0].value


def test_a_batch_of_one_is_instance_norm_or_nothing_but_beta():
    assert "gives y = (0.5, -1, 2, 0)" in text(open_page(SCRIPT))
