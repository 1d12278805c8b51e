"""How components reach the browser: by address, under a name that changes with their files."""

import pytest

from tests.pages.driving import open_page
from ui.live import component
from ui.live.component import LIVE, SHARED, Component

NAMES = sorted(path.stem for path in LIVE.glob("*.js") if path.stem not in SHARED)


@pytest.mark.parametrize("name", NAMES)
def test_a_component_has_a_style_sheet_beside_it_and_a_test_of_its_script(name):
    assert (LIVE / f"{name}.css").is_file()
    assert (LIVE.parents[1] / "tests" / "live" / f"{name}.test.js").is_file()


def test_an_answer_names_the_files_and_does_not_carry_them():
    page = open_page()
    shown = page.get("bidi_component")
    assert len(shown) >= 2
    for each in shown:
        _, _, name = each.proto.component_name.partition(".")
        assert (each.proto.js_source_path, each.proto.css_source_path) == (f"{name}.js", f"{name}.css")
        assert (each.proto.js_content, each.proto.css_content) == ("", "")
        assert each.proto.html_content == f'<div class="{name}" data-part></div>'


def test_other_files_have_another_name(monkeypatch, tmp_path):
    before = Component("stage").name
    for path in LIVE.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(component, "LIVE", tmp_path)
    component._package.cache_clear()
    assert Component("stage").name == before
    component._package.cache_clear()
    with (tmp_path / "shared.js").open("a") as shared:
        shared.write("// newer\n")
    assert Component("stage").name != before
    component._package.cache_clear()
