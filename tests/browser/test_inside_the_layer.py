"""Inside the layer in a browser: walking, pointing both ways, what plays, and the bias that is predicted first."""

import re
from urllib.parse import quote_plus

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from bn import EXAMPLE
from tests.browser.lab import expect_described, place_of, press, slider, thumb_of
from tests.browser.reading import assert_it_fits_and_can_be_read
from tests.browser.slow_line import SlowLine

PATH = "/inside_the_layer"
STEPS = ("1 Activations", "2 Mean and variance", "3 Normalize", "4 Scale and shift", "5 Moving average")
# Notes the timers and frames that the walk asks for, and what live parts listen for outside of themselves.
WATCH_WHAT_IT_STARTS = """
  [window.started, window.listening] = [[], []];
  const byTheWalk = () => /\\/walk\\.js/.test(new Error().stack);
  for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame']) {
    const start = window[name];
    window[name] = (act, ms, ...more) => {
      if (!byTheWalk()) return start.call(window, act, ms, ...more);
      window.started.push(name);
      return start.call(window, act, 5 * ms, ...more);
    };
  }
  for (const target of [window, document]) {
    const listen = target.addEventListener;
    target.addEventListener = (name, act, options) => {
      if (byTheWalk()) window.listening.push({name, signal: options?.signal ?? {aborted: false}});
      listen.call(target, name, act, options);
    };
  }
"""
X_HAT = (EXAMPLE - EXAMPLE.mean(axis=0)) / np.sqrt(EXAMPLE.var(axis=0) + 1e-5)


def at_step(number: int, **more: str) -> str:
    settings = {"il_step": STEPS[number - 1], **more}
    return f"{PATH}?" + "&".join(f"{key}={quote_plus(value)}" for key, value in settings.items())


def cell(page: Page, i: int, j: int) -> Locator:
    return page.locator(f'.walk tbody td[data-i="{i}"][data-j="{j}"]')


def foot(page: Page, token: str, j: int) -> Locator:
    return page.locator(f'.walk td[data-foot="{token}"][data-j="{j}"]')


def term(page: Page, token: str, where: str = ".formula") -> Locator:
    return page.locator(f'.walk {where} .term[data-says="{token}"]').first


def lit(page: Page) -> set[tuple[str, str]]:
    """The cells of the matrix that are lit: row and column."""
    places = page.locator(".walk tbody td.lit").evaluate_all("cells => cells.map(c => [c.dataset.i, c.dataset.j])")
    return {(i, j) for i, j in places}


def written(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def expect_at_rest(page: Page) -> None:
    expect(page.locator(".walk")).to_have_attribute("data-state", "rest")


def column(j: int) -> set[tuple[str, str]]:
    return {(str(i), str(j)) for i in range(8)}


class TestPointing:
    def test_terms_words_and_cells_light_one_another(self, reader):
        page = reader.open(at_step(2, il_feature="F1"))
        term(page, "mu").hover()
        expect(foot(page, "mu", 1)).to_have_class(re.compile("lit"))
        assert lit(page) == column(1)
        expect(page.locator(".walk .sentence .term.lit")).to_have_text(["F1", "12.749"])
        page.locator(".walk h3").hover()
        expect(page.locator(".walk .lit")).to_have_count(0)
        term(page, "mu", ".sentence").focus()
        expect(term(page, "mu")).to_have_class(re.compile("lit"))
        assert lit(page) == column(1)
        cell(page, 3, 0).hover()
        expect(page.locator(".walk .number.lit")).to_have_text(["2.25", "(2.364)²"])
        page.locator(".walk .number.centered").nth(5).hover()
        assert lit(page) == {("5", "1")}

    def test_any_cell_brings_its_own_numbers_and_x_brings_back_what_it_was(self, reader):
        page = reader.open(at_step(3))
        result = term(page, "x_hat", ".line:last-child")
        expect(result).to_have_text(written(X_HAT[0, 0]))
        cell(page, 6, 2).hover()
        expect(result).to_have_text(written(X_HAT[6, 2]))
        expect(term(page, "x", ".sentence")).to_have_text("20.23")
        expect(term(page, "mu", ".line:nth-child(2)")).to_have_text("17.521")
        page.locator(".walk h3").hover()
        expect(result).to_have_text(written(X_HAT[0, 0]))
        expect(cell(page, 0, 0)).to_have_text(written(X_HAT[0, 0]))
        term(page, "x").hover()
        expect(cell(page, 0, 0)).to_have_text("−0.96")
        term(page, "mu").hover()
        expect(cell(page, 0, 0)).to_have_text(written(X_HAT[0, 0]))

    def test_gamma_and_the_moving_mean_light_their_numbers_and_not_the_column(self, reader):
        page = reader.open(at_step(4, il_feature="F2", il_gamma="2"))
        term(page, "gamma").hover()
        expect(foot(page, "gamma", 2)).to_have_class(re.compile("lit"))
        expect(foot(page, "gamma", 2)).to_have_text("2")
        assert lit(page) == set()
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".walk h3")).to_have_text(STEPS[4])
        expect_at_rest(page)
        term(page, "new_mean").hover()
        for token in ("new_mean", "old_mean", "mu"):
            expect(foot(page, token, 2)).to_have_class(re.compile("lit"))
        expect(foot(page, "old_var", 2)).not_to_have_class(re.compile("lit"))


def test_while_gamma_is_held_the_output_is_what_numpy_says_and_stays_when_it_is_let_go(reader):
    page = reader.open(at_step(4))
    x, y = place_of(thumb_of(page, "il_gamma"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=6)
    expect(foot(page, "gamma", 0)).not_to_have_text("1.5")
    gamma = float(foot(page, "gamma", 0).inner_text().replace("−", "-"))
    held = page.locator(".walk td").all_inner_texts()
    sentence = page.locator(".walk .sentence").inner_text()
    column = [page.locator(f'.walk tbody td[data-i="{i}"][data-j="0"]').inner_text() for i in range(8)]
    assert column == [written(gamma * value + 0.5) for value in X_HAT[:, 0]]
    assert "il_gamma" not in page.url
    page.mouse.up()
    expect(page).to_have_url(re.compile("il_gamma"))
    assert page.locator(".walk td").all_inner_texts() == held
    assert page.locator(".walk .sentence").inner_text() == sentence


class TestWalking:
    def test_forward_plays_the_step_and_leaves_every_number_in_place(self, reader):
        page = reader.open(PATH)
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".walk")).to_have_attribute("data-state", "playing")
        expect(page.locator(".walk .ghost").first).to_be_attached()
        expect(foot(page, "mu", 3)).to_have_text("")
        expect_at_rest(page)
        expect(page.locator(".walk .ghost")).to_have_count(0)
        for token, expected in (("mu", EXAMPLE.mean(axis=0)), ("var", EXAMPLE.var(axis=0))):
            texts = page.locator(f'.walk td[data-foot="{token}"]').all_inner_texts()
            assert [float(text.replace("−", "-")) for text in texts] == pytest.approx(expected, abs=5.1e-4)
        expect(page).to_have_url(re.compile("il_step=2"))

        self.walk_on_while_it_plays(page)

    def walk_on_while_it_plays(self, page):
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".walk")).to_have_attribute("data-state", "playing")
        page.get_by_role("button", name="Back").click()
        expect(page.locator(".walk h3")).to_have_text(STEPS[1])
        expect_at_rest(page)
        expect(cell(page, 0, 0)).to_have_text("−0.96")
        expect(page.locator(".walk .ghost")).to_have_count(0)

    def test_a_cold_link_opens_on_its_cell_and_a_click_chooses_another(self, reader):
        page = reader.open(at_step(4, il_row="5", il_feature="F3"), fresh=True)
        expect(page.locator(".walk h3")).to_have_text(STEPS[3])
        expect(cell(page, 5, 3)).to_have_attribute("aria-selected", "true")
        expect(cell(page, 5, 3)).to_have_text(written(1.5 * X_HAT[5, 3] + 0.5))
        expect_at_rest(page)
        cell(page, 2, 1).click()
        expect(page).to_have_url(re.compile(r"il_feature=F1.*il_row=2|il_row=2.*il_feature=F1"))
        expect(cell(page, 2, 1)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        expect(cell(page, 3, 2)).to_be_focused()
        expect(page).to_have_url(re.compile("il_row=3"))
        expect(page).to_have_url(re.compile("il_feature=F2"))
        expect(cell(page, 3, 2)).to_be_focused()

    def test_an_answer_that_comes_late_does_not_take_the_focus_back(self, reader):
        page = reader.open(at_step(4))
        line = SlowLine(page)
        page.reload()
        reader.wait_until_drawn(page)
        expect_at_rest(page)
        line.slow = True
        page.locator(".walk table").evaluate("table => (table.id = 'before')")
        cell(page, 2, 1).click()
        page.mouse.move(0, 0)
        line.wait_for_an_answer()
        page.keyboard.press("ArrowDown")
        line.let_through()
        expect(page.locator("#before")).to_have_count(0)
        page.keyboard.press("ArrowRight")
        expect(cell(page, 3, 2)).to_be_focused()
        line.slow = False
        line.let_through()
        expect(page).to_have_url(re.compile(r"il_feature=F2.*il_row=3|il_row=3.*il_feature=F2"))
        expect(page.locator(".walk .sentence")).to_contain_text("F2")
        expect(cell(page, 3, 2)).to_be_focused()

    def test_what_it_started_ends_when_the_reader_goes_to_another_page(self, reader):
        """In a browser whose clock goes five times as slowly for it, so that it still plays when the other page is there."""
        page = reader.open("/", fresh=True)
        page.add_init_script(WATCH_WHAT_IT_STARTS)
        page.goto(reader.url + PATH)
        reader.wait_until_drawn(page)
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".walk")).to_have_attribute("data-state", "playing")
        part = page.locator(".walk").evaluate_handle("root => root.live")
        page.get_by_role("link", name=re.compile("^→ ")).click()
        reader.wait_until_drawn(page)
        page.wait_for_function("part => part.gone", arg=part)
        page.wait_for_timeout(600)  # a timer that was on its way
        page.evaluate("window.started = []")
        page.wait_for_timeout(2000)
        assert page.evaluate("window.started") == []
        assert page.evaluate("window.listening.filter(({signal}) => !signal.aborted).length") == 0

    def test_with_less_motion_nothing_moves_and_a_button_goes_part_by_part(self, reader):
        page = reader.open(PATH)
        page.emulate_media(reduced_motion="reduce")
        page.get_by_role("button", name="Next").click()
        expect(foot(page, "mu", 3)).to_have_text("30.602")
        expect_at_rest(page)
        page.get_by_role("button", name="Show in 3 parts").click()
        expect(foot(page, "mu", 0)).to_have_text("")
        page.get_by_role("button", name="Next part (1 of 3)").click()
        expect(foot(page, "mu", 0)).to_have_text("−0.114")
        expect(foot(page, "var", 0)).to_have_text("")
        page.get_by_role("button", name="Next part (2 of 3)").click()
        expect(foot(page, "var", 0)).to_have_text("6.396")
        expect(foot(page, "mu", 1)).to_have_text("")
        page.get_by_role("button", name="Next part (3 of 3)").click()
        expect(foot(page, "mu", 1)).to_have_text("12.749")
        expect(page.get_by_role("button", name="Show in 3 parts")).to_be_visible()
        expect(page.locator(".walk .ghost")).to_have_count(0)

    def test_a_large_batch_scrolls_to_the_chosen_row_and_keeps_its_statistics_in_sight(self, reader):
        rows = "<b>a</b>,<i>c\n" + "\n".join(f"{i},{i * i}" for i in range(60))
        page = reader.open(at_step(2, il_row="50", source="Your own", batch=rows))
        expect(foot(page, "mu", 0)).to_have_text("29.500")
        for place in (cell(page, 50, 0), foot(page, "mu", 0)):
            inside = place.evaluate(
                """each => {
                  const [cell, frame] = [each, each.closest('.box')].map(part => part.getBoundingClientRect());
                  return frame.top <= cell.top && cell.bottom <= frame.bottom + 1;
                }"""
            )
            assert inside
        expect(page.locator(".walk .number.x")).to_have_count(7)
        cell(page, 30, 0).hover()
        expect(page.locator(".walk .number.lit").first).to_have_text("…")
        expect(page.locator(".walk thead th").nth(1)).to_have_text("<b>a</b>")
        expect(page.locator(".walk .sentence .term").first).to_have_text("<b>a</b>")

    def test_the_page_below_stands_still_from_step_to_step(self, reader):
        page = reader.open(PATH)
        below = page.locator(".st-key-il_feature")
        main = page.locator("[data-testid=stMain]")  # the navigation has a "4 Scale and shift" too
        tops = []
        for name in STEPS:
            main.get_by_role("button", name=name, exact=True).or_(main.get_by_text(name, exact=True)).first.click()
            expect(page.locator(".walk h3")).to_have_text(name)
            tops.append(below.evaluate("each => each.getBoundingClientRect().top + scrollY"))
        assert max(tops) - min(tops) <= 1

    @pytest.mark.parametrize(
        ("scheme", "width"), [("light", 320), pytest.param("dark", 1400, marks=pytest.mark.thorough)]
    )
    def test_lit_terms_can_be_read_and_the_longest_steps_fit(self, reader, scheme, width):
        page = reader.open(at_step(2), scheme=scheme, width=width)
        for name in (STEPS[1], STEPS[4]):
            page.get_by_role("button", name=name, exact=True).or_(page.get_by_text(name, exact=True)).first.click()
            expect(page.locator(".walk h3")).to_have_text(name)
            expect_at_rest(page)
            page.locator(".walk .formula .term").first.hover()
            expect(page.locator(".walk .lit").first).to_be_visible()
            assert_it_fits_and_can_be_read(page)


class TestThePagesOtherParts:
    def test_the_labs_batch_comes_along_and_into_the_link(self, reader):
        page = reader.open("/?source=Your+own&batch=" + quote_plus("age,km\n3,42000\n12,180000\n30,310000"))
        page.get_by_role("link", name="Inside the layer").first.click()
        expect(page.locator(".walk thead th")).to_have_text(["row", "age", "km"])
        expect(page).to_have_url(re.compile(r"inside_the_layer\?source=Your\+own&batch=age"))

    def test_sliders_answer_the_keyboard_and_the_bias_is_predicted_then_revealed(self, reader):
        page = reader.open(PATH)
        expect(slider(page, "il_layers")).to_be_visible()
        press(page, "il_layers", "ArrowRight")
        expect_described(page, "il_network", "3 hidden layers")
        press(page, "il_n", "Home")
        expect_described(page, "il_shapes", "A batch of 1 row, ")
        expect(page).to_have_url(re.compile("il_layers=3.*il_n=1|il_n=1.*il_layers=3"))
        expect_described(page, "il_proof", "still hidden")
        page.locator(".st-key-il_guess").get_by_text("b: as far as x").click()
        expect(page.get_by_role("alert").filter(has_text="0: not at all")).to_be_visible()
        expect_described(page, "il_proof", "move by at most")
        expect(page).to_have_url(re.compile("il_guess=b"))
