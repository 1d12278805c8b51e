"""Another batch under the reader's hand: what was chosen of the old one is kept, as far as the new one has it."""

import pytest

from tests.pages.driving import open_page

CHOSEN = {
    "app.py": {"row": "7", "feature": "F3", "averaged": "F3"},
    "pages/inside_the_layer.py": {"il_row": "7", "il_feature": "F3"},
    "pages/backward_pass.py": {"bp_row": "7", "bp_feature": "F3"},
    "pages/frameworks.py": {"fw_feature": "F3"},
}


@pytest.mark.parametrize("script", CHOSEN)
def test_a_smaller_batch_keeps_the_chosen_cell_inside_and_the_link_asks_for_no_other(script):
    at = open_page(script, **CHOSEN[script])
    at.query_params.update(CHOSEN[script])  # as in a browser, where the link stays
    at.session_state["source"] = "Your own"
    at.session_state["batch"] = "1,2\n3,4"
    at.run()
    assert not at.exception
    for key in CHOSEN[script]:
        row = key.endswith("row")
        assert at.session_state[key] == (1 if row else "F0")
        assert at.query_params.get(key) == ("1" if row else None)
