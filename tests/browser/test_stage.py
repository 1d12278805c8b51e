"""The live stage under the hand: what it previews is what NumPy says, and what the page takes on release."""

import random
import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from bn import EXAMPLE, BatchNorm
from tests.browser.lab import bring_to_front, cell, choose_mode, picture, place_of, slider
from tests.browser.slow_line import SlowLine
from ui.numbers import exact, fixed

CONSTANT = "/?source=Your+own&batch=" + "7,1%0A7,2%0A7,4%0A7,9"
NEXT_FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


@pytest.fixture
def open_lab(reader):
    """Open the lab and wait for the stage's first picture."""

    def opened(path="/", *, calm=True, **browser):
        page = reader.open(path, calm=calm, **browser)
        expect(page.locator(".handle.beta")).to_have_attribute("aria-valuetext", re.compile(r"\d"))
        expect(picture(page, 0)).to_have_attribute("aria-pressed", re.compile("true|false"))
        return page

    return opened


def ask(page: Page, expression: str):
    return page.locator(".stage").evaluate(f"({{ live: stage }}) => {expression}")


def shown(page: Page) -> dict:
    """What is drawn now of the feature in front, in full precision."""
    page.evaluate(NEXT_FRAME)
    return ask(page, "stage.shown()")


def told(page: Page) -> dict:
    """What the server said last."""
    return ask(page, "stage.data")


def wait_until_taken(page: Page) -> None:
    taken = "root => root.live.drag === null && root.live.changes.size === 0"
    page.wait_for_function(taken, arg=page.locator(".stage").element_handle())


def hold(page: Page, handle: str, away: float) -> tuple[str, int, int]:
    """Drag and keep hold; what was really taken, where several lie on one another."""
    target = page.locator(f'[data-live="{handle}"]')
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + away, y, steps=4)
    return tuple(ask(page, "[stage.drag.kind, stage.drag.column, stage.drag.row]"))


def middle_of(target) -> float:
    box = target.bounding_box()
    return box["x"] + box["width"] / 2


def drag(page: Page, handle: str, away: float) -> tuple[str, int, int]:
    taken = hold(page, handle, away)
    page.mouse.up()
    wait_until_taken(page)
    return taken


def assert_numpy_agrees(feature: dict, data: dict) -> None:
    layer = replace(BatchNorm.create(1), eps=data["eps"])
    layer = replace(layer, gamma=np.array([feature["gamma"]]), beta=np.array([feature["beta"]]))
    x = np.array(feature["x"])[:, None]  # (N, 1)
    if data["training"]:
        trace, _ = layer.train(x)
    else:
        mean, spread = (np.array([data["feature"][name]]) for name in ("mean", "spread"))
        trace = replace(layer, running_mean=mean, running_var=spread**2).infer(x)
    exactly = {"rtol": 1e-9, "atol": 1e-9}
    np.testing.assert_allclose(feature["x_hat"], trace.x_hat[:, 0], **exactly)
    np.testing.assert_allclose(feature["y"], trace.y[:, 0], **exactly)
    for name, expected in (("mean", trace.mean), ("spread", np.sqrt(trace.var)), ("std", trace.std)):
        np.testing.assert_allclose(feature[name], expected[0], **exactly)
    for summary, values in zip(feature["summaries"], (trace.x, trace.x_hat, trace.y), strict=True):
        np.testing.assert_allclose(summary, [values.mean(), values.std()], **exactly)
    counts = np.histogram(feature["x"], bins=len(feature["counts"]))[0]
    # A value on the border of two bins may fall into either.
    assert np.abs(np.cumsum(feature["counts"]) - np.cumsum(counts)).max() <= 1


def assert_the_same(one: dict, other: dict) -> None:
    for name in ("x", "x_hat", "y", "mean", "std", "gamma", "beta", "summaries"):
        np.testing.assert_allclose(one[name], other[name], rtol=1e-9, atol=1e-9)


class TestDragging:
    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/?mode=Inference&seen=7",
            pytest.param("/?undo=true&feature=F1", marks=pytest.mark.thorough),
            pytest.param("/?source=Drawn&n=64&eps=0.1", marks=pytest.mark.thorough),
            CONSTANT + "&eps=0.0&gamma_1=0",
        ],
    )
    def test_what_is_previewed_is_what_numpy_says_and_what_the_page_shows_then(self, open_lab, path):
        page = open_lab(path)
        chance = random.Random(path)  # noqa: S311 (nobody's secret)
        for _ in range(5):
            bring_to_front(page, column := chance.randrange(page.locator(".st-key-features .feature").count()))
            data = told(page)
            kinds = ["x"] if data["undone"] else ["x", "beta", "gamma"]
            kind, row = chance.choice(kinds), chance.randrange(len(data["feature"]["x"]))
            hold(page, f"x-{row}-{column}" if kind == "x" else f"{kind}-{column}", chance.uniform(-180, 180))
            before = shown(page)
            assert_numpy_agrees(before, data)
            page.mouse.up()
            wait_until_taken(page)
            assert_the_same(before, told(page)["feature"])

    @pytest.mark.parametrize("mode", ["Training", "Inference"])
    def test_what_is_dragged_stays_under_the_hand(self, open_lab, mode):
        """The outermost dot (row 6) as well as those between."""
        page = open_lab(f"/?mode={mode}")
        for handle in ("x-0-0", "x-3-0", "x-6-0", "beta-0", "gamma-0"):
            kind, *_ = hold(page, handle, 0)
            target = page.locator(f'[data-live="{handle}"]' + (" .grip" if kind != "x" else ""))
            start = middle_of(target)
            for away in (60, -90, 170):
                page.mouse.move(start + away, page.viewport_size["height"] / 2)
                page.evaluate(NEXT_FRAME)
                assert middle_of(target) == pytest.approx(start + away, abs=2), handle
            page.keyboard.press("Escape")
            page.mouse.up()

    def test_one_dot_moves_every_other_in_training_and_none_in_inference(self, open_lab):
        page = open_lab("/?feature=F1")
        for mode in ("Training", "Inference"):
            choose_mode(page, mode)
            expect(page.get_by_text("Normalized with the")).to_contain_text(
                "these 8 rows" if mode == "Training" else "moving averages"
            )
            before = shown(page)
            _, _, row = hold(page, "x-4-1", 60)
            after = shown(page)
            most = np.abs(np.delete(np.subtract(after["x_hat"], before["x_hat"]), row)).max()
            told_so = f"7 of 7 others moved, by up to {most:.2f}" if mode == "Training" else "0 of 7 others moved"
            expect(page.locator(".stage .moved")).to_have_text(told_so)
            trails = page.locator(".ghosts.x_hat").get_attribute("d").count("H")  # of those that went half a pixel
            assert trails > 4 if mode == "Training" else trails == 1
            page.mouse.up()
            wait_until_taken(page)
            expect(page.locator(".player output")).to_have_text(f"x̂ of F1: {told_so}")
            moved = np.array(after["y"]) != np.array(before["y"])
            assert moved.tolist() == [mode == "Training" or i == row for i in range(8)]

    def test_the_features_side_by_side_show_what_is_dragged(self, open_lab):
        page = open_lab()
        dots = page.locator(".st-key-features .row.y .dots")
        before = [each.get_attribute("d") for each in dots.all()]
        hold(page, "gamma-0", 60)
        page.evaluate(NEXT_FRAME)
        page.evaluate(NEXT_FRAME)
        after = [each.get_attribute("d") for each in dots.all()]
        assert [a != b for a, b in zip(after, before, strict=True)] == [True, False, False, False]
        page.keyboard.press("Escape")

    def test_on_release_tables_sliders_and_link_take_the_value(self, open_lab):
        page = open_lab()
        before = shown(page)["y"]
        drag(page, "gamma-0", -330)
        gamma = told(page)["feature"]["gamma"]
        np.testing.assert_array_equal(np.argsort(told(page)["feature"]["y"]), np.argsort(before)[::-1])
        bring_to_front(page, 2)
        drag(page, "beta-2", 45)
        _, column, row = drag(page, "x-6-2", 50)
        beta, x = told(page)["feature"]["beta"], told(page)["feature"]["x"][row]
        assert gamma < 0 < beta
        assert x != EXAMPLE[row, column]
        expect(slider(page, "gamma_0")).to_have_attribute("aria-valuetext", f"{gamma:.2f}")
        expect(page).to_have_url(re.compile(rf"gamma_0={gamma}&.*beta_2={beta}|beta_2={beta}.*gamma_0={gamma}"))
        expect(page).to_have_url(re.compile(r"source=Your"))
        expect(cell(page, "x", row, column)).to_have_text(exact(x))
        expect(cell(page, "x", row, column)).to_have_attribute("aria-selected", "true")
        expect(cell(page, "y", 0, 2)).to_have_text(fixed(told(page)["feature"]["y"][0]))

    def test_the_server_is_asked_on_release_and_never_before_nor_after_escape(self, open_lab):
        page = open_lab()
        page.locator(".stage").evaluate(
            "({ live: stage }) => { window.told = 0; const tell = stage.tell; stage.tell = (...all) => { window.told += 1; tell(...all); }; }"
        )
        before = shown(page)
        hold(page, "beta-0", 80)
        page.keyboard.press("Escape")
        page.mouse.up()
        assert shown(page) == before
        asked = [page.evaluate("window.told")]
        hold(page, "x-0-0", 90)
        asked.append(page.evaluate("window.told"))
        page.mouse.up()
        asked.append(page.evaluate("window.told"))
        assert asked == [0, 0, 1]
        wait_until_taken(page)
        self.touch(page)

    def touch(self, page):
        page.locator("[data-live=beta-0]").scroll_into_view_if_needed()
        box = page.locator("[data-live=beta-0]").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        touch = page.context.new_cdp_session(page)
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 6):
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + 12 * step, "y": y}]})
        assert shown(page)["beta"] > 0.2
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(page).to_have_url(re.compile("beta_0="))


class TestTables:
    """They follow the hand; NumPy's numbers, which come later, are the same."""

    def expect_shown(self, page, column, row):
        feature = shown(page)
        for table in ("x_hat", "y"):
            expect(cell(page, table, row, column)).to_have_text(fixed(feature[table][row]))
        expect(cell(page, "x", row, column)).to_have_text(exact(feature["x"][row]))

    def test_they_follow_the_hand_and_go_back_with_it(self, open_lab):
        page = open_lab()
        before = cell(page, "y", 0, 0).text_content()
        hold(page, "beta-0", 40)
        expect(cell(page, "y", 0, 0)).not_to_have_text(before)
        self.expect_shown(page, 0, 0)
        page.keyboard.press("Escape")
        expect(cell(page, "y", 0, 0)).to_have_text(before)
        page.mouse.up()
        _, column, row = hold(page, "x-4-0", 60)
        expect(cell(page, "x", row, column)).not_to_have_text(exact(EXAMPLE[row, column]))
        for other in (0, row, 7):
            self.expect_shown(page, column, other)
        page.mouse.up()

    @pytest.mark.parametrize("path", ["/", pytest.param("/?source=Drawn&n=64", marks=pytest.mark.thorough)])
    def test_on_release_they_do_not_wait_for_the_server(self, open_lab, reader, path):
        page = open_lab(path)
        line = SlowLine(page)
        page.reload()
        reader.wait_until_drawn(page)
        line.slow = True
        before = cell(page, "y", 0, 0).text_content()
        hold(page, "beta-0", -40)
        page.mouse.up()
        expect(cell(page, "y", 0, 0)).not_to_have_text(before)
        at_release = page.locator("[data-table=y] td").all_text_contents()
        line.wait_for_an_answer()
        line.slow = False
        line.let_through()
        wait_until_taken(page)
        expect(page).to_have_url(re.compile("beta_0="))
        assert page.locator("[data-table=y] td").all_text_contents() == at_release

    def test_the_row_numbers_stay_in_sight_where_a_table_is_scrolled_and_only_there(self, open_lab):
        page = open_lab("/?source=Drawn&n=30&c=8")
        stuck = "grid => getComputedStyle(grid.querySelector('tbody th')).position"
        table = page.locator("[data-table=y]")
        page.set_viewport_size({"width": 320, "height": 1000})
        table.locator("..").evaluate("box => box.scrollTo(90, 20)")
        sides = "each => { const box = each.getBoundingClientRect(); return [box.left, box.top]; }"
        corner = table.locator("thead th").first.evaluate(sides)
        frame = table.locator("..").evaluate(sides)
        assert corner == pytest.approx([at + 1 for at in frame])  # within its border
        assert table.locator("tbody th").first.evaluate(sides)[0] == pytest.approx(frame[0] + 1)
        assert table.evaluate(stuck) == "sticky"
        narrow = open_lab("/?source=Drawn&c=2")
        assert narrow.locator("[data-table=y]").evaluate(stuck) == "static"


class TestSliders:
    """Those of γ and β, beneath the picture: what they move follows while they are held."""

    @pytest.mark.parametrize("key", ["gamma_0", pytest.param("beta_2", marks=pytest.mark.thorough)])
    def test_outputs_and_stage_follow_and_nothing_is_sent(self, open_lab, key):
        kind, column = key.split("_")
        page = open_lab(f"/?feature=F{column}")
        sent = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
        page.reload()
        expect(page.locator(".handle.beta")).to_have_attribute("aria-valuetext", re.compile(r"\d"))
        picture = page.locator(f'[data-live="{key}"]')
        x, y = place_of(slider(page, key))
        before = picture.inner_html()
        page.mouse.move(x, y)
        page.mouse.down()
        told_before = len(sent)
        page.mouse.move(x + 25, y, steps=5)
        feature = shown(page)
        assert feature[kind] > told(page)["feature"][kind]
        assert_numpy_agrees(feature, told(page))
        assert picture.inner_html() != before
        assert len(sent) == told_before
        page.mouse.up()
        expect(page).to_have_url(re.compile(f"{key}="))
        wait_until_taken(page)
        assert told(page)["feature"][kind] == feature[kind]


def test_what_a_feature_says_of_itself_never_moves_what_stands_below(open_lab):
    page = open_lab()
    below = page.locator(".st-key-feed_1").bounding_box()
    page.locator(".readout").evaluate("readout => { readout.textContent = 'x = 1.000 '.repeat(40); }")
    assert page.locator(".st-key-feed_1").bounding_box() == below


def test_pointing_links_dots_and_cells_both_ways(open_lab):
    page = open_lab("/?feature=F2")
    page.locator("[data-live=x-3-2]").hover()
    expect(page.locator(".readout")).to_have_text(
        re.compile(r"row 3: \s*x = 16\.390\s*x̂ = \(16\.390 − 17\.521\) / 4\.083 = −0\.277\s*y = ")
    )
    for table in ("x", "x_hat", "y"):
        expect(cell(page, table, 3, 2)).to_have_class(re.compile("pointed"))
    cell(page, "y", 5, 1).hover()
    expect(page.locator(".readout")).to_contain_text("row 5")
    page.locator("[data-live=x-6-2]").click()
    expect(cell(page, "x", 6, 2)).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile(r"feature=F2.*row=6|row=6.*feature=F2"))


def test_every_feature_comes_to_the_front_by_click_and_by_key(open_lab):
    page = open_lab("/?source=Drawn&n=256&c=8")
    bring_to_front(page, 7)
    expect(page.locator(".stage h3")).to_have_text("feature F7")
    expect(page).to_have_url(re.compile("feature=F7"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator(".stage h3")).to_have_text("feature F6")
    expect(picture(page, 6)).to_have_attribute("aria-pressed", "true")
    expect(picture(page, 6)).to_be_focused()


class TestKeyboard:
    def test_every_handle_is_a_slider_that_arrows_home_and_end_move(self, open_lab):
        page = open_lab()
        for handle, name, low, high in (
            ("beta-0", "β of F0", "-10", "10"),
            ("gamma-0", "γ of F0", "-5", "5"),
            ("x-2-0", "row 2 of F0", None, None),
        ):
            grip = page.locator(f"[data-live={handle}]")
            expect(grip).to_have_role("slider")
            expect(grip).to_have_accessible_name(re.compile(name))
            for attribute, end in (("aria-valuemin", low), ("aria-valuemax", high)):
                expect(grip).to_have_attribute(attribute, end or re.compile(r"^-?\d"))
            expect(grip).to_have_attribute("aria-valuenow", re.compile(r"^-?\d"))
        page.locator("[data-live=gamma-0]").focus()
        for key, value in (
            ("ArrowRight", "1.1"),
            ("ArrowDown", "1"),
            ("Shift+ArrowLeft", "0.99"),
            ("PageDown", "-0.01"),
        ):
            page.keyboard.press(key)
            expect(page.locator("[data-live=gamma-0]")).to_have_attribute("aria-valuenow", value)
        for key, value in (("Home", -5), ("End", 5)):
            page.keyboard.press(key)
            expect(page).to_have_url(re.compile(rf"gamma_0={value}(\.0)?$"))
        expect(slider(page, "gamma_0")).to_have_attribute("aria-valuetext", "5.00")
        expect(page.locator("[data-live=gamma-0]")).to_be_focused()
        page.locator(".st-key-undo label").click()
        grip = page.locator("[data-live=gamma-0]")
        expect(grip).to_have_attribute("aria-disabled", "true")
        # It glides to the γ that undoes, and no key moves it from there.
        undoing = re.compile(r"^γ = 2\.53$")
        expect(grip).to_have_attribute("aria-valuetext", undoing)
        grip.press("ArrowRight")
        expect(grip).to_have_attribute("aria-valuetext", undoing)

    def test_a_dot_by_keyboard_alone(self, open_lab):
        page = open_lab()
        page.locator("[data-live=beta-0]").focus()
        page.keyboard.press("Shift+Tab")
        first = page.locator("[data-live=x-0-0]")
        expect(first).to_be_focused()
        page.keyboard.press("PageDown")
        second = page.locator("[data-live=x-1-0]")
        expect(second).to_be_focused()
        expect(cell(page, "x", 1, 0)).to_have_class(re.compile("pointed"))
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        before = shown(page)
        assert before["x"][1] > EXAMPLE[1, 0]
        wait_until_taken(page)
        expect(cell(page, "x", 1, 0)).to_have_text(exact(before["x"][1]))
        assert_the_same(before, told(page)["feature"])
        expect(second).to_be_focused()
        page.keyboard.press("End")
        wait_until_taken(page)
        expect(second).to_have_attribute("aria-valuenow", str(shown(page)["x"][1]))
        page.keyboard.press("PageDown")
        page.keyboard.press("Enter")
        expect(cell(page, "x", 2, 0)).to_have_attribute("aria-selected", "true")


class TestPlayer:
    def place(self, page):
        return float(page.get_by_label("Place in the walk").input_value())

    def test_it_plays_once_by_itself_and_the_first_touch_ends_it(self, open_lab):
        page = open_lab(calm=False)
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        hold(page, "beta-0", 30)
        assert self.place(page) == 4
        expect(page.locator(".breath")).to_have_attribute("d", "")
        page.keyboard.press("Escape")
        page.mouse.up()
        expect(page.get_by_role("button", name="▶ Play")).to_be_visible()
        assert self.place(page) == 4

    def test_it_walks_through_every_step_can_be_paused_stepped_and_scrubbed(self, open_lab):
        page = open_lab()
        page.emulate_media(reduced_motion="no-preference")
        step = page.locator(".stage .step")
        page.get_by_role("button", name="▶ Play").click()
        for words in ("1 Center: x − μ", "2 Scale: ÷ √(σ² + ε)", "3 Stretch: × γ", "4 Shift: + β", ""):
            expect(step).to_have_text(words)
        assert self.place(page) == 4
        self.pause_step_and_scrub(page)

    def pause_step_and_scrub(self, page):
        page.get_by_role("button", name="▶ Play").click()
        expect(page.locator(".stage .step")).to_contain_text("1 Center")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="▶ Play")).to_be_visible()
        page.get_by_role("button", name="Step forward").click()
        assert self.place(page) == int(self.place(page))
        page.get_by_role("button", name="Step back").click()
        page.get_by_label("Place in the walk").fill("2")
        expect(page.locator(".stage .step")).to_contain_text("2 Scale")
        expect(page.locator(".readout")).to_contain_text("x̂ = (−0.960 − (−0.114)) / 2.529 = −0.335")
        expect(page.locator("[data-live=output-0]")).to_be_hidden()

    def test_with_reduced_motion_it_steps_and_does_not_begin_by_itself(self, open_lab):
        page = open_lab()
        page.evaluate("() => { window.places = []; }")
        page.get_by_label("Place in the walk").evaluate(
            "scrub => { const note = () => { window.places.push(Number(scrub.value)); requestAnimationFrame(note); }; note(); }"
        )
        expect(page.locator(".breath")).to_be_hidden()
        page.get_by_role("button", name="▶ Play").click()
        expect(page.locator(".stage .step")).to_contain_text("1 Center")
        expect(page.locator(".stage .step")).to_contain_text("2 Scale")
        places = page.evaluate("window.places")
        assert all(place == int(place) for place in places)
        assert places[0] == 4


def test_every_part_of_the_stage_stays_inside_it(open_lab):
    page = open_lab("/?source=Drawn&n=64&c=8&gamma_0=5&beta_1=-10")
    for width in (1400, 700, 320):
        page.set_viewport_size({"width": width, "height": 1000})
        page.evaluate(NEXT_FRAME)
        assert parts_outside(page) == 0


def parts_outside(page: Page) -> int:
    return page.locator(".stage").evaluate(
        """root => {
          const frame = root.getBoundingClientRect();
          return [...root.querySelectorAll('.dot, .handle, text')].map(each => each.getBoundingClientRect())
            .filter(box => box.width && (box.left < frame.left - 1 || box.right > frame.right + 1)).length;
        }"""
    )
