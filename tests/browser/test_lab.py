"""The lab in a browser: what a reader sees first, and what answers when something is moved."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from bn import CONVENTIONS, EXAMPLE, BatchNorm
from tests.browser.boxes import places
from tests.browser.lab import cell, choose_mode, expect_table, picture, press, show_setup, slider, wait_until
from tests.browser.slow_line import SlowLine
from ui.numbers import fixed
from ui.plain import WORD_JOINER

# Notes each cell that is marked from now on.
WATCH_THE_MARK = """tables => {
  window.marked = [];
  const note = changes => window.marked.push(
    ...changes.map(change => change.target).filter(each => each.ariaSelected === 'true').map(each => each.textContent));
  new MutationObserver(note).observe(tables, {subtree: true, attributeFilter: ['aria-selected']});
}"""


def rows(values):
    return [[fixed(value) for value in row] for row in values.tolist()]


def outputs(page: Page) -> list[str]:
    expect(cell(page, "y", 0, 0)).to_have_text(re.compile(r"\d"))
    return page.locator('[data-table="y"] td').all_inner_texts()


def formulas(page: Page) -> Locator:
    return page.locator(".katex annotation")


def test_the_first_picture_is_finished(reader):
    page = reader.open()
    trace, _ = BatchNorm.create(4).train(EXAMPLE)
    expect(cell(page, "x", 0, 0)).to_have_text("−0.96")
    expect(cell(page, "x", 7, 3)).to_have_text("35.79")
    expect_table(page, "x_hat", rows(trace.x_hat))
    expect_table(page, "y", rows(trace.y))
    table = page.locator(".bn-statistics")
    for name, values in {
        "batch mean (used)": "−0.113750 12.748750 17.521250 30.602500",
        "batch variance, ÷ N (used)": "6.396448 4.260436 16.666811 14.473544",
        "batch variance, ÷ (N − 1) (averaged)": "7.310227 4.869070 19.047784 16.541193",
        "moving mean": "−0.011375 1.274875 1.752125 3.060250",
        "moving variance": "1.631023 1.386907 2.804778 2.554119",
    }.items():
        row = table.locator("tr").filter(has=page.get_by_role("rowheader", name=name, exact=True))
        expect(row.locator("td")).to_have_text(values.split())
    for number in ("-0.113750", "6.396448", "-0.334602"):
        expect(formulas(page).filter(has_text=number)).not_to_have_count(0)
    for first in (".st-key-mode", ".stage", ".st-key-feed_10"):
        expect(page.locator(first)).to_be_in_viewport(ratio=1)


class TestMoving:
    def test_gamma_by_keyboard_moves_table_distribution_and_link(self, reader):
        page = reader.open()
        before = outputs(page)
        name = picture(page, 0).get_attribute("aria-label")
        press(page, "gamma_0", "ArrowRight")
        expect(cell(page, "y", 0, 0)).to_have_text("−0.368")
        expect(cell(page, "x_hat", 0, 0)).to_have_text("−0.335")
        expect(page).to_have_url(re.compile(r"\?gamma_0=1\.1$"))
        changed = {i % 4 for i, (a, b) in enumerate(zip(before, outputs(page), strict=True)) if a != b}
        assert changed == {0}
        expect(picture(page, 0)).not_to_have_attribute("aria-label", str(name))
        self.undo_and_reset(page)

    def undo_and_reset(self, page):
        page.locator(".st-key-undo label").click()
        expect_table(page, "y", rows(EXAMPLE))
        expect(page.get_by_text("The output is the input again")).to_be_visible()
        page.get_by_role("button", name="Reset").click()
        expect(cell(page, "y", 0, 0)).to_have_text("−0.335")
        expect(page.get_by_text("The output is the input again")).to_be_hidden()
        expect(page).to_have_url(re.compile(r"/$"))

    def test_inference_uses_the_moving_averages_and_feeding_brings_them_closer(self, reader):
        page = reader.open()
        stood = places(page)
        choose_mode(page, "Inference")
        _, layer = BatchNorm.create(4, CONVENTIONS["pytorch"]).train(EXAMPLE)
        expect_table(page, "x_hat", rows(layer.infer(EXAMPLE).x_hat)[:2])
        wait_until(page, lambda: places(page) == stood)
        far = float(cell(page, "x_hat", 0, 3).inner_text().replace("−", "-"))
        page.get_by_role("button", name="Feed 100").click()
        expect(page).to_have_url(re.compile("seen=101"))
        expect(cell(page, "x_hat", 0, 3)).not_to_have_text(fixed(far))
        near = float(cell(page, "x_hat", 0, 3).inner_text().replace("−", "-"))
        truth = (25.19 - 30.6025) / np.sqrt(14.473544)
        assert abs(near - truth) < 0.5 < abs(far - truth)


class TestCells:
    def test_cells_are_chosen_walked_through_and_calculated(self, reader):
        page = reader.open()
        cell(page, "y", 2, 3).click()
        for table in ("x", "x_hat", "y"):
            expect(cell(page, table, 2, 3)).to_have_attribute("aria-selected", "true")
        expect(page).to_have_url(re.compile(r"row=2&feature=F3"))
        expect(formulas(page).filter(has_text="y_{2}")).not_to_have_count(0)
        cell(page, "x", 0, 0).focus()
        for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "End"):
            page.keyboard.press(key)
        expect(cell(page, "x", 0, 3)).to_be_focused()
        expect(page).to_have_url(re.compile("feature=F3"))
        cell(page, "y", 0, 0).dblclick()
        expect(page.locator('[data-table="y"] input')).to_have_count(0)

    def test_an_answer_that_comes_late_does_not_take_the_mark_back(self, reader):
        page = reader.open()
        line = SlowLine(page)
        page.reload()
        reader.wait_until_drawn(page)
        line.slow = True
        cell(page, "y", 2, 1).click()
        line.wait_for_an_answer()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.locator(".tables").evaluate(WATCH_THE_MARK)
        line.let_through()
        expect(formulas(page).filter(has_text="y_{2}")).not_to_have_count(0)
        expect(cell(page, "y", 3, 2)).to_have_attribute("aria-selected", "true")
        expect(cell(page, "y", 3, 2)).to_be_focused()
        line.slow = False
        line.let_through()
        expect(page).to_have_url(re.compile(r"row=3&feature=F2"))
        expect(formulas(page).filter(has_text="y_{3}")).not_to_have_count(0)
        assert page.evaluate("window.marked") == [], "not even for a moment"

    def test_an_edited_cell_changes_the_whole_column_and_the_link_and_can_be_taken_back(self, reader):
        page = reader.open()
        cell(page, "x", 1, 1).click()
        page.keyboard.type("7")
        page.keyboard.press("Escape")
        expect(cell(page, "x", 1, 1)).to_have_text("13.96")
        expect(cell(page, "x", 1, 1)).to_be_focused()
        cell(page, "x", 0, 0).dblclick()
        page.keyboard.type("12.5")
        page.keyboard.press("Enter")
        changed = EXAMPLE.copy()
        changed[0, 0] = 12.5
        trace, _ = BatchNorm.create(4).train(changed)
        expect(cell(page, "x", 0, 0)).to_have_text("12.5")
        expect_table(page, "x_hat", rows(trace.x_hat))
        expect(page).to_have_url(re.compile(r"source=Your\+own&batch=12\.5%2C15\.85"))
        for typed in ("abc", "", "<b>1</b>"):
            cell(page, "x", 3, 2).dblclick()
            page.keyboard.press("Control+A")
            page.keyboard.press("Delete")
            page.keyboard.type(typed)
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert").filter(has_text="Row 3, column F2")).to_be_visible()
            expect(cell(page, "x", 3, 2)).to_have_text("16.39")
        page.get_by_role("button", name="Take back the last change of x").click()
        expect(cell(page, "x", 0, 0)).to_have_text("−0.96")
        expect(page).not_to_have_url(re.compile("batch=|source="))

    def test_a_cell_far_down_comes_into_view_in_every_table(self, reader):
        page = reader.open("/?source=Drawn&n=256&c=8&row=200&feature=F7")
        for table in ("x", "x_hat", "y"):
            box = page.locator(".box", has=page.locator(f'[data-table="{table}"]'))
            inside = box.evaluate(
                """box => {
                  const cell = box.querySelector('[aria-selected="true"]').getBoundingClientRect();
                  const frame = box.getBoundingClientRect();
                  return frame.top <= cell.top && cell.bottom <= frame.bottom && cell.right <= frame.right + 1;
                }"""
            )
            assert inside, table


class TestOwnBatch:
    def upload(self, page: Page, name: str, content: bytes) -> None:
        page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
            [{"name": name, "mimeType": "text/csv", "buffer": content}]
        )

    def test_uploads_are_shown_or_explained_and_taken_home(self, reader):
        page = reader.open()
        show_setup(page, "Your own")
        self.upload(page, "cars.csv", b"age,distance\n3,42000\n12,180000\n30,310000\n")
        expect(cell(page, "x", 2, 1)).to_have_text("310000")
        expect(cell(page, "x_hat", 0, 0)).to_have_text("−1.069")
        expect(page.locator('[data-table="x"] thead th')).to_have_text(["row", "age", "distance"])
        expect(slider(page, "gamma_2")).to_have_count(0)
        for content, message in (
            (b"\x89PNG\r\n\x1a\n\xff\xfe\x00", "not text"),
            (b"1,2\n3,x\n", "Row 1, column F1 holds “x”"),
        ):
            self.upload(page, "bad.csv", content)
            expect(page.get_by_role("alert").filter(has_text=message)).to_be_visible()
            expect(cell(page, "x", 2, 1)).to_have_text("310000")
        page.get_by_text("Take it home").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="output.csv").click()
        lines = download.value.path().read_text().splitlines()
        assert lines[0] == "age,distance"
        assert float(lines[1].split(",")[0]) == pytest.approx(-1.069, abs=1e-3)

    def test_names_are_shown_as_typed_and_never_become_markup(self, reader):
        page = reader.open()
        show_setup(page, "Your own")
        self.upload(page, "names.csv", b"<img src=x onerror=alert(1)>,**b** $x$ :red[r]\n1,2\n3,4\n")
        expect(page.locator('[data-table="x"] thead th').nth(1)).to_have_text("<img src=x onerror=…")
        label = page.locator(".st-key-gamma_1 label").inner_text()
        assert "**b** $x$ :red[r]" in label.replace(WORD_JOINER, "")
        expect(page.locator("img[src=x]")).to_have_count(0)
        page.locator(".st-key-batch textarea").fill("1 2\n3 4\n5 9")
        page.locator(".st-key-batch textarea").press("Control+Enter")
        expect(cell(page, "x", 2, 1)).to_have_text("9")


class TestLinks:
    def test_a_link_shows_the_same_picture_in_another_browser(self, reader):
        page = reader.open()
        cell(page, "x", 5, 2).dblclick()
        page.keyboard.type("77")
        page.keyboard.press("Enter")
        expect(cell(page, "x", 5, 2)).to_have_text("77")
        press(page, "gamma_1", "ArrowLeft", "ArrowLeft")
        expect(page).to_have_url(re.compile(r"gamma_1=0\.8"))
        choose_mode(page, "Inference")
        page.get_by_role("button", name="Feed 10", exact=True).click()
        expect(page).to_have_url(re.compile("seen=11"))
        page.locator(".st-key-undo label").click()
        expect(page.get_by_text("The output is the input again")).to_be_visible()
        reader.wait_until_drawn(page)
        other = reader.open(page.url.removeprefix(reader.url), fresh=True)
        assert outputs(other) == outputs(page)
        for j in range(4):
            ours, theirs = (picture(each, j).get_attribute("aria-label") for each in (page, other))
            assert ours == theirs
        expect(other.get_by_text("Not everything in this link could be used")).to_be_hidden()

    def test_what_cannot_be_used_of_a_link_is_named_and_the_rest_works(self, reader):
        wrong = ("gamma_0=999", "mode=Dreaming", "n=1e9", "eps=nan", "unknown=1", "convention=%3Cb%3E")
        cut = "source=Your+own&batch=1%2C2%2C9%0A3%2C4%2C7%0A5"
        page = reader.open(f"/?{'&'.join(wrong)}&{cut}&beta_1=2")
        notice = page.get_by_role("alert").filter(has_text="Not everything in this link could be used")
        for each in wrong:
            expect(notice).to_contain_text(each.split("=")[0])
        expect(page.get_by_role("alert").filter(has_text="Row 2 has 1 value; row 0 has 3")).to_be_visible()
        expect(cell(page, "x", 0, 0)).to_have_text("−0.96")
        expect(cell(page, "y", 0, 1)).to_have_text("3.502")
