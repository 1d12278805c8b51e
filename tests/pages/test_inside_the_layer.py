"""Inside the layer: the steps, the reader's batch, shapes, counts, and a bias that is predicted before it is seen."""

import numpy as np
import pytest

from bn import EXAMPLE
from tests.pages.driving import charts, components, open_page, spec, tell
from tests.pages.lab import messages, said
from ui.links import SHOW_ME

PAGE = "pages/inside_the_layer.py"
STEPS = ("1 Activations", "2 Mean and variance", "3 Normalize", "4 Scale and shift", "5 Moving average")
OWN = "age, distance\n3, 42000\n12, 180000\n30, 310000\n"
CARS = np.array([[3, 42000], [12, 180000], [30, 310000.0]])


def page(**link):
    return open_page(PAGE, **link)


def with_batch(text=OWN, **link):
    """The page after a batch was pasted there."""
    at = page(**link)
    at.session_state["source"] = "Your own"
    at.session_state["batch"] = text
    return at.run()


def walk(at):
    (data,) = (each for each in components(at) if "vectors" in each)
    return data


def column(at, name, j=0):
    known = walk(at)["vectors"][name]
    return float(known[j].replace("−", "-"))


def cells(at, name):
    return np.array([[float(cell.replace("−", "-")) for cell in row] for row in walk(at)["values"][name]])


def set_to(at, key, value):
    at.get_by_key(key).set_value(value)
    return at.run()


class TestWalk:
    def test_it_opens_finished_on_the_first_step_of_the_example(self):
        at = page()
        assert walk(at)["step"] == 1
        np.testing.assert_array_equal(cells(at, "x"), EXAMPLE)
        assert "the example" in said(at)
        assert at.get_by_key("il_back").disabled
        assert not at.get_by_key("il_next").disabled

    def test_forward_to_the_end_and_back_to_the_beginning(self):
        at = page()
        for step in (2, 3, 4, 5):
            at.get_by_key("il_next").click().run()
            assert walk(at)["step"] == step
        assert at.get_by_key("il_next").disabled
        for step in (4, 3, 2, 1):
            at.get_by_key("il_back").click().run()
            assert walk(at)["step"] == step

    @pytest.mark.parametrize(("number", "name"), list(enumerate(STEPS, start=1)))
    def test_a_link_leads_straight_to_a_step(self, number, name):
        at = page(il_step=name, il_feature="F2", il_row="5")
        assert walk(at)["step"] == number
        assert walk(at)["chosen"] == [5, 2]
        assert at.get_by_key("il_next").disabled == (number == 5)

    def test_a_cell_that_is_chosen_in_the_matrix_is_followed(self):
        at = page()
        tell(at, "il_walk", "choose", [4, 3])
        assert walk(at)["chosen"] == [4, 3]
        assert at.get_by_key("il_feature").value == "F3"
        assert at.get_by_key("il_row").value == 4

    @pytest.mark.parametrize("cell", [[8, 0], [0, 4], [-1, 0]])
    def test_a_cell_that_is_not_there_is_not_chosen(self, cell):
        at = page()
        tell(at, "il_walk", "choose", cell)
        assert walk(at)["chosen"] == [0, 0]

    def test_gamma_and_beta_belong_to_the_chosen_feature(self):
        at = page(il_step=STEPS[3], il_feature="F1", il_gamma="-2", il_beta="1.5")
        assert walk(at)["vectors"]["gamma"] == ["1", "−2", "1", "1"]
        assert walk(at)["vectors"]["beta"] == ["0", "1.5", "0", "0"]
        x_hat = (EXAMPLE - EXAMPLE.mean(axis=0)) / np.sqrt(EXAMPLE.var(axis=0) + 1e-5)
        expected = x_hat * [1, -2, 1, 1] + [0, 1.5, 0, 0]
        np.testing.assert_allclose(cells(at, "y"), expected, atol=5.1e-4)

    def test_the_framework_decides_epsilon_decay_and_variance(self):
        at = page(il_step=STEPS[4], il_as="Keras 3")
        assert column(at, "new_mean", 3) == pytest.approx(0.01 * EXAMPLE[:, 3].mean(), abs=5.1e-4)
        set_to(at, "il_as", "PyTorch")
        assert column(at, "new_var") == pytest.approx(0.9 + 0.1 * EXAMPLE[:, 0].var(ddof=1), abs=5.1e-4)


class TestBatch:
    def test_a_batch_that_was_pasted_is_walked_through(self):
        at = with_batch(il_step=STEPS[1])
        set_to(at, "il_feature", "distance")
        assert walk(at)["chosen"] == [0, 1]
        assert walk(at)["columns"] == ["age", "distance"]
        np.testing.assert_array_equal(cells(at, "x"), CARS)
        assert column(at, "mu", 1) == pytest.approx(CARS[:, 1].mean(), abs=1e-3)
        assert "yours" in said(at)

    def test_a_batch_that_was_brought_to_the_lab_is_here_after_turning_the_page(self):
        at = open_page(source="Your own", batch=OWN)
        at.switch_page(PAGE).run()
        assert walk(at)["columns"] == ["age", "distance"]

    def test_a_batch_drawn_in_the_lab_is_here_too(self):
        at = open_page(source="Drawn", n="5", c="2")
        at.switch_page(PAGE).run()
        assert cells(at, "x").shape == (5, 2)
        assert "drawn" in said(at)

    def test_a_bad_batch_is_explained_and_the_example_shown(self):
        at = with_batch("1,2\n3,x")
        assert "holds “x”" in messages(at, "error")
        np.testing.assert_array_equal(cells(at, "x"), EXAMPLE)
        assert "the example" in said(at)

    def test_a_smaller_batch_keeps_the_choice_inside(self):
        at = page(il_row="7", il_feature="F3")
        at.session_state["source"] = "Your own"
        set_to(at, "batch", "1,2\n3,4")
        assert walk(at)["chosen"] == [1, 0]


class TestShapes:
    @pytest.mark.parametrize(("preset", "n", "c"), [(0, 64, 784), (1, 2, 50), (2, 64, 50), (3, 64, 1)])
    def test_presets_set_both_and_everything_follows(self, preset, n, c):
        at = page(il_n="7", il_c="9")
        at.get_by_key(f"il_preset_{preset}").click().run()
        assert (at.get_by_key("il_n").value, at.get_by_key("il_c").value) == (n, c)
        assert f"A batch of {n} rows, each of {c} feature" in charts(at)["il_shapes"].proto.alt
        assert f"**{n * c:,} value" in said(at)
        assert f"**{c} mean" in said(at)
        assert f"remembers **{2 * c:,}**" in said(at)

    def test_one_row_gets_a_warning_in_words(self):
        assert "PyTorch refuses" in said(page(il_n="1"))
        assert "PyTorch refuses" not in said(page(il_n="2"))


class TestNetwork:
    def test_counts_follow_layers_and_width(self):
        at = page(il_layers="3", il_width="20")
        learned = 784 * 20 + 2 * 20 * 20 + 21 * 10 + 3 * 40
        assert f"Learned: **{learned:,}**" in said(at)
        assert "Remembered: **120**" in said(at)
        assert "Left out: **60**" in said(at)
        set_to(at, "il_layers", 1)
        assert f"Learned: **{784 * 20 + 21 * 10 + 40:,}**" in said(at)

    def test_a_layer_more_is_a_row_more(self):
        at = page()
        rows = [len(spec(charts(set_to(at, "il_layers", k))["il_network"])["data"][0]["text"]) for k in (1, 2, 3)]
        assert rows[1] - rows[0] == rows[2] - rows[1] == 6


class TestBias:
    def names(self, at):
        return {trace["name"] for trace in spec(charts(at)["il_proof"])["data"]}

    def test_nothing_is_given_away_before_the_answer(self):
        at = page()
        assert self.names(at) == {"x without bias", "x with bias"}
        assert not at.success
        assert not at.info

    @pytest.mark.parametrize(
        ("guess", "kind"),
        [("0: not at all", "success"), ("b: as far as x", "warning"), ("b ÷ σ: b in standard deviations", "warning")],
    )
    def test_every_answer_reveals_the_same_truth(self, guess, kind):
        at = page(il_guess=guess)
        assert "0: not at all" in messages(at, kind)
        assert "x̂ with bias" in self.names(at)

    @pytest.mark.parametrize("k", [-10.0, -0.5, 0.0, 7.5])
    def test_whatever_the_bias_the_computed_difference_is_rounding(self, k):
        at = set_to(page(il_guess=SHOW_ME), "il_bias", k)
        said = messages(at, "info")
        difference = float(said.split("change of x̂ is **")[1].split("**")[0].replace("−", "-"))
        assert difference < 1e-13
        x = EXAMPLE + k * EXAMPLE.std(axis=0)
        moved = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
        still = (EXAMPLE - EXAMPLE.mean(axis=0)) / np.sqrt(EXAMPLE.var(axis=0) + 1e-5)
        assert difference == pytest.approx(np.abs(moved - still).max(), abs=1e-13)

    def test_it_holds_for_a_batch_of_the_readers(self):
        at = with_batch(il_guess=SHOW_ME)
        assert "0: not at all" in messages(at, "info")
        assert "Over all 6 values" in messages(at, "info")


def test_what_a_link_asks_in_vain_is_named():
    at = page(il_row="99", il_layers="2", nonsense="1")
    assert "il_row" in messages(at, "warning")
    assert "nonsense" in messages(at, "warning")
    assert "il_layers" not in messages(at, "warning")
    assert not page(il_row="7", il_step=STEPS[2]).warning

    @pytest.mark.parametrize("k", [3.0, -1.5])
    def test_elsewhere_the_bias_counts(self, k):
        text = said(set_to(page(il_guess=SHOW_ME), "il_bias", k))
        x = EXAMPLE[:, 0]
        squashed = [1 / (1 + np.exp(-each)) for each in (x, x + k * x.std())]
        before, after = ((each - each.mean()) / np.sqrt(each.var() + 1e-5) for each in squashed)
        assert f"moves by up to **{np.abs(after - before).max():.2f}**" in text
        assert f"here by **{abs(k):.2f}**" in text
        assert "Not everywhere" not in said(page())
