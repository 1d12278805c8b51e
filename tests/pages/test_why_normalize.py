"""Why normalize: what is shown is right, the bowl comes after the answer, and links set everything."""

import re

import numpy as np
import pytest

from bn import CARS, RENTS
from tests.pages.driving import charts, open_page, spec, tell

SCRIPT = "pages/why_normalize.py"
SEEN = 0.03  # of a weight: a quarter of a pixel
ANSWERS = ("more than half as many", "a half to a tenth", "fewer than a tenth")


def opened(**link):
    return open_page(SCRIPT, **{f"wn_{key}": str(value) for key, value in link.items()})


def said(at):
    return "\n".join(each.value for each in at.markdown)


def alerts(at):
    return "\n".join(each.value for kind in ("success", "warning", "info") for each in getattr(at, kind))


def row(at, start):
    """The cells of the row of a table that starts so, without their marks."""
    (line,) = [line for line in said(at).splitlines() if line.startswith(f"| {start}")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def trace(at, key, name):
    return next(each for each in spec(charts(at)[key])["data"] if each["name"] == name)


# --- an independent computation ---


def columns(ratio):
    """Age in decades and distance spreading ratio times as wide; None for z-scores. Both from their means."""
    away = CARS - CARS.mean(axis=0)
    if ratio is None:
        return away / CARS.std(axis=0)
    age = away[:, 0] / 10
    return np.column_stack([age, away[:, 1] / CARS[:, 1].std() * ratio * age.std()])


def walk(ratio, rate, steps=3000):
    """The loss above the lowest at each step, and the weights, by plain gradient descent on the cars."""
    x, y = columns(ratio), RENTS - RENTS.mean()
    lowest = np.linalg.lstsq(x, y, rcond=None)[1][0] / 48
    w, losses, path = np.zeros(2), [], []
    for _ in range(steps + 1):
        residual = x @ w - y
        losses.append((residual**2).mean() / 2 - lowest)
        path.append(w)
        w = w - rate * x.T @ residual / 24
    return np.array(losses), np.array(path)


def count(ratio, rate, most=3000):
    losses, _ = walk(ratio, rate, most)
    assert losses.min() <= 0.01 * losses[0] or most < 3000
    return int(np.argmax(losses <= 0.01 * losses[0])) or most


def eigenvalues(ratio):
    x = columns(ratio)
    return np.linalg.eigvalsh(x.T @ x / 24)


def two(value):
    return f"{value:.2f}".replace("-", "−")


class TestCars:
    @pytest.mark.parametrize("thousands", [0, 90, 600, 1000])
    def test_the_table_against_the_formulas(self, thousands):
        at = opened(taxi=thousands, numbers="true")
        distance = np.append(CARS[:, 1], 1000 * thousands)
        scaled = (distance - distance.min()) / (distance.max() - distance.min())
        scored = (distance - distance.mean()) / distance.std()
        assert row(at, "taxi") == [two(scaled[-1]), two(scored[-1])]
        assert row(at, "the other 24") == [f"{two(v[:-1].min())} to {two(v[:-1].max())}" for v in (scaled, scored)]
        skew = (scored**3).mean()
        assert row(at, f"skewness (0: as long a tail on either side), {two(skew)} before") == [
            two(skew),
            two(skew),
        ]

    def test_before_no_other_car_moves_and_after_all_do(self):
        low, high = opened(taxi=100), opened(taxi=900)
        for i, same in enumerate((True, False, False)):
            assert (trace(low, f"wn_cars_{i}", "car")["y"] == trace(high, f"wn_cars_{i}", "car")["y"]) is same

    def test_far_out_the_taxi_squeezes_min_max_most(self):
        """As the takeaway says."""
        for thousands in (400, 600, 1000):
            at = opened(taxi=thousands, numbers="true")
            spans = [
                np.ptp([float(end.replace("−", "-")) for end in cell.split(" to ")]) for cell in row(at, "the other 24")
            ]
            alone = [
                np.ptp([float(end.replace("−", "-")) for end in cell.split(" to ")])
                for cell in row(at, "without the taxi")
            ]
            assert spans[0] / alone[0] < spans[1] / alone[1] < 1


class TestBeforeTheAnswer:
    def test_the_ravine_is_there_and_the_bowl_is_not(self):
        at = opened()
        assert "wn_ravine" in charts(at)
        assert "wn_bowl" not in charts(at)
        assert alerts(at) == ""

    def test_no_number_of_the_bowl_is_given_away(self):
        at = opened()
        for start in (
            "condition number",
            "diverges above",
            "steps until 1 % is left, η as set",
            "steps until 1 % is left, own best",
        ):
            assert row(at, start)[1] == "?"

    @pytest.mark.parametrize("ratio", [1, 6, 20])
    def test_the_question_has_the_steps_of_the_ravine(self, ratio):
        at = opened(ratio=ratio)
        (words,) = re.findall(r"takes ([\d,]+) steps?", at.radio(key="wn_guess").label)
        _, high = eigenvalues(ratio)
        fewest = min(count(ratio, part * 2 / high, 800) for part in 1 - np.geomspace(0.6, 0.0005, 100))
        assert int(words) == pytest.approx(fewest, abs=1)


class TestAfterTheAnswer:
    @pytest.mark.parametrize(("ratio", "right"), [(1, 0), (2, 1), (3, 1), (6, 2), (20, 2)])
    @pytest.mark.parametrize("guess", [0, 2])
    def test_the_right_answer_follows_from_the_steps(self, ratio, right, guess):
        at = opened(ratio=ratio, guess=ANSWERS[guess])
        assert f"**{ANSWERS[right]}**" in alerts(at)
        assert bool(at.success) is (guess == right)
        ravine, bowl = (
            int(cell.split(" ")[0].replace(",", "")) for cell in row(at, "steps until 1 % is left, own best")
        )
        assert right == (0 if bowl > ravine / 2 else 1 if bowl >= ravine / 10 else 2)

    @pytest.mark.parametrize("ratio", [1, 6, 20])
    @pytest.mark.parametrize("power", [-2.5, -0.95, 0.1, 0.5])
    def test_the_numbers_against_plain_gradient_descent(self, ratio, power):
        at, rate = opened(ratio=ratio, rate=power, guess="Just show me"), 10**power
        for j, scale in enumerate((ratio, None)):
            low, high = eigenvalues(scale)
            assert row(at, "condition number")[j] == f"{high / low:.2f}"
            assert row(at, "diverges above")[j] == f"{2 / high:.3g}"
            expected = str(count(scale, rate)) if rate < 2 / high else "diverges"
            assert row(at, "steps until 1 % is left, η as set")[j] == f"{expected} (η = {rate:.3g})"

    def test_each_takes_its_own_best_rate_if_asked_to(self):
        at = opened(own="true", guess="Just show me")
        assert row(at, "steps until 1 % is left, η as set") == row(at, "steps until 1 % is left, own best")
        assert at.slider(key="wn_rate").disabled

    @pytest.mark.parametrize("step", [0, 7, 40])
    def test_path_and_gradient_against_plain_gradient_descent(self, step):
        at = opened(step=step, guess="Just show me")
        rate = 10**-0.95
        for key, scale in (("wn_ravine", 6), ("wn_bowl", None)):
            _, path = walk(scale, rate, 41)
            shown = trace(at, key, "path")
            np.testing.assert_allclose(np.column_stack([shown["x"], shown["y"]]), path[:41], atol=SEEN)
            now = trace(at, key, "now")
            np.testing.assert_allclose([now["x"][0], now["y"][0]], path[step], atol=SEEN)
            age, _ = (path[step + 1] - path[step]) / rate
            assert f"At step {step}, downhill is **{two(age)}** along age" in said(at) or abs(age) < 0.01

    def test_play_ends_with_the_slider_at_its_step(self):
        at = opened(guess="Just show me")
        tell(at, "wn_play", "change", 14)
        assert at.slider(key="wn_step").value == 14
        assert "At step 14, downhill is" in said(at)
        assert trace(at, "wn_ravine", "now")["text"] == ["step 14"]
        for nonsense in (-1, 41, "3", None, [3], 2.5):
            tell(at, "wn_play", "change", nonsense)
            assert at.slider(key="wn_step").value == 14


class TestDivergence:
    def test_just_below_the_limit_it_settles_and_just_above_it_is_said_to_diverge(self):
        limit = 2 / eigenvalues(6)[1]
        assert 10**-0.95 < limit < 10**-0.9
        assert "Diverges" not in said(opened(rate=-0.95))
        at = opened(rate=-0.9)
        assert f"**Diverges**: η = 0.126 is {10**-0.9 / limit:.3g} × the limit" in said(at)
        assert f"makes the error × {abs(1 - 10**-0.9 * 2 / limit):.3g}" in said(at)

    @pytest.mark.parametrize("step", [0, 20, 40])
    def test_far_above_it_the_path_is_given_up_and_the_page_goes_on(self, step):
        at = opened(ratio=20, rate=0.5, step=step, guess="Just show me")
        assert not at.exception
        assert ("given up" in said(at)) == (step > 0)
        assert all(np.isfinite(trace(at, "wn_ravine", "path")["y"]))


class TestBridge:
    @pytest.mark.parametrize("layer", ["layer 1", "layer 2", "layer 3"])
    def test_the_condition_numbers_against_numpy(self, layer):
        for normalized in (False, True):
            at = opened(layer=layer, normalized=str(normalized).lower())
            figure = spec(charts(at)["wn_given"])
            names = len(figure["layout"]["yaxis"]["ticktext"])
            given = np.array(figure["data"][0]["x"]).reshape(names, 24).T
            condition = np.linalg.cond(given - given.mean(axis=0)) ** 2
            assert f"**κ = {condition:.0f}**" in said(at)
            if normalized:
                np.testing.assert_allclose(given.std(axis=0), 1)
            else:
                spreads = given.std(axis=0)
                assert f"{spreads.max() / spreads.min():.1f} to 1" in said(at)

    def test_layer_1_is_given_the_normalized_cars(self):
        x = np.array(spec(charts(opened(layer="layer 1"))["wn_given"])["data"][0]["x"])
        np.testing.assert_allclose(x, columns(None).T.ravel(), atol=1e-9)


def test_a_link_sets_every_control():
    at = opened(taxi=250, ratio=9, rate=-1.5, step=11, own="true", guess=ANSWERS[1], layer="layer 3", normalized="true")
    state = {
        key: at.session_state[f"wn_{key}"]
        for key in ("taxi", "ratio", "rate", "step", "own", "guess", "layer", "normalized")
    }
    assert list(state.values()) == [250, 9, -1.5, 11, True, ANSWERS[1], "layer 3", True]


def test_a_guess_is_not_held_against_another_valley():
    at = open_page(SCRIPT)
    at.radio(key="wn_guess").set_value(at.radio(key="wn_guess").options[0]).run()
    assert "You said" in alerts(at)
    at.slider(key="wn_ratio").set_value(9).run()
    assert "You said" not in alerts(at)
