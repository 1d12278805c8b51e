"""Your model in a browser: a file is dropped or chosen, keys lead through its channels, and any other file gets a sentence."""

import csv
import io
import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.lab import wait_until
from tests.browser.reading import assert_it_fits_and_can_be_read, put_on
from tests.safetensors import as_safetensors, small, with_header

PATH = "/your_model"
FILE = as_safetensors(small(spoiled=2))


def choose(page: Page, data: bytes, name: str = "small.safetensors", area: str = "ym_file") -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator(f".st-key-{area} input[type=file]").set_input_files(file)


def drop(page: Page, data: bytes, name: str) -> None:
    """As from the desktop."""
    page.locator(".st-key-ym_file .area").evaluate(
        """(area, [bytes, name]) => {
          const carried = new DataTransfer();
          carried.items.add(new File([Uint8Array.from(bytes)], name));
          for (const type of ["dragenter", "dragover", "drop"]) {
            area.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer: carried }));
          }
        }""",
        [list(data), name],
    )


def said(page: Page):
    return page.locator(".st-key-ym_file .said")


def picture(page: Page):
    return page.locator(".st-key-ym_model .picture")


def where(page: Page):
    return page.locator(".st-key-ym_model .where")


def numbers(page: Page):
    return page.locator(".st-key-ym_model .numbers")


def test_a_file_is_dropped_read_and_explained_and_its_channels_are_reached_by_keys(reader):
    page = reader.open(PATH)
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    expect(where(page)).to_contain_text("Layer 1 of 8")
    drop(page, FILE, "dropped.safetensors")
    expect(said(page)).to_contain_text("dropped.safetensors: 4 batch norm layers with 64 channels.")
    expect(where(page)).to_contain_text("Layer 3 of 4, “block2.bn”, 16 channels · ▲")
    expect(page.get_by_text("What was found")).to_be_visible()
    picture(page).focus()
    page.keyboard.press("Home")
    expect(where(page)).to_contain_text("Layer 1 of 4")
    before = numbers(page).inner_text()
    page.keyboard.press("ArrowUp")
    expect(numbers(page)).not_to_have_text(before)
    expect(picture(page)).to_have_attribute("aria-valuetext", re.compile("Channel"))
    page.keyboard.press("End")
    expect(where(page)).to_contain_text("Layer 4 of 4")
    box = picture(page).bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 60)
    expect(where(page)).to_contain_text("Layer 2 of 4")
    # The chapter opens in the same session, with this finding's numbers, and the file is still there on the way back.
    page.locator("[data-testid=stMain]").get_by_role("link", name=re.compile("numbers: Training against")).first.click()
    expect(page).to_have_url(re.compile("training_vs_inference"))
    page.get_by_role("link", name=re.compile("Your model")).first.click()
    expect(where(page)).to_contain_text("of 4")
    page.locator(".st-key-ym_file").get_by_role("button", name="Back to the example").click()
    expect(where(page)).to_contain_text("of 8")


def test_any_other_file_gets_a_sentence_and_the_last_good_picture_stays(reader):
    page = reader.open(PATH)
    choose(page, FILE)
    expect(where(page)).to_contain_text("of 4")
    for data, name, sentence in (
        (FILE[:2000], "cut.safetensors", "cut off"),
        (with_header(b"{}"), "empty.safetensors", "no batch norm layer"),
        (with_header(b"{}", length=2**60), "forged.safetensors", "The format allows 100 MB"),
        (b"\x80\x02}q\x00.", "old.pt", "old.pt"),
        (b"\x89PNG\r\n\x1a\n", "<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        (b"no archive", "made_up.npz", "made_up.npz"),
    ):
        choose(page, data, name)
        expect(said(page)).to_contain_text(sentence)
        expect(said(page)).to_have_class(re.compile("problem"))
        expect(where(page)).to_contain_text("of 4")
    choose(page, FILE, "again.safetensors")
    expect(said(page)).to_contain_text("again.safetensors: 4")


def test_a_second_file_and_the_report_come_on_demand_and_all_of_it_can_be_read(reader):
    page = reader.open(f"{PATH}?ym_two=true&ym_report=true", width=320)
    choose(page, FILE)
    expect(where(page)).to_contain_text("of 4")
    choose(page, as_safetensors(small()), "before.safetensors", "ym_before")
    expect(page.locator(".st-key-ym_model_before .where")).to_contain_text("of 4")
    with page.expect_download() as download:
        page.get_by_role("button", name="Layers as CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert [row["layer"] for row in rows] == [f"block{k}.bn" for k in range(4)]
    assert_it_fits_and_can_be_read(page)
    box = picture(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    page.set_viewport_size({"width": 1400, "height": 1000})
    put_on(page, "dark")
    assert_it_fits_and_can_be_read(page)
    wait_until(page, lambda: picture(page).bounding_box()["width"] > 600)


def test_a_recording_says_where_training_and_evaluation_part_and_gives_averages_to_load_back(reader):
    page = reader.open(f"{PATH}?ym_anew=true")
    recording = Path(__file__).parents[1] / "goldens" / "checkup" / "flax never updated.npz"
    choose(page, recording.read_bytes(), recording.name)
    expect(said(page)).to_contain_text("flax never updated.npz: ")
    expect(numbers(page)).to_contain_text("off ")
    expect(page.get_by_text("never updated").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="renewed.npz").click()
    with np.load(io.BytesIO(download.value.path().read_bytes()), allow_pickle=False) as file:
        assert (file["0/running_var"] != 1).all()


def test_bfloat16_half_precision_and_a_model_in_parts_are_read(reader):
    page = reader.open(PATH)
    choose(page, as_safetensors(small(), bfloat=True), "bf16.safetensors")
    expect(said(page)).to_contain_text("bf16.safetensors: 4")
    halves = {
        name: values.astype("float16") if values.dtype == "float32" else values for name, values in small().items()
    }
    choose(page, as_safetensors(halves), "f16.safetensors")
    expect(said(page)).to_contain_text("f16.safetensors: 4")
    parts = [
        {path: values for path, values in small().items() if (path < "block2") == first} for first in (True, False)
    ]
    page.locator(".st-key-ym_file input[type=file]").set_input_files(
        [
            {"name": f"m-{k}-of-2.safetensors", "mimeType": "application/octet-stream", "buffer": as_safetensors(part)}
            for k, part in enumerate(parts, start=1)
        ]
    )
    expect(said(page)).to_contain_text("m.safetensors, 2 files: 4 batch norm layers with 64 channels.")
    expect(said(page)).to_contain_text("2 files were read as one model")
