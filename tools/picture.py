"""Take the README's picture from the running app: `make picture`."""

from playwright.sync_api import sync_playwright

from tools.serving import CHROMIUM_FLAGS, DRAWN, ROOT, find_chromium, served

LINK = "/?gamma_0=1.5&beta_0=0.5"
PICTURE = ROOT / "assets" / "lab.png"


def main() -> None:
    """Open the lab with some γ and β moved, and save what is on the first screen."""
    with sync_playwright() as playwright, served(ROOT / "app.py") as (url, _):
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        page = chromium.new_page(
            reduced_motion="reduce", viewport={"width": 1400, "height": 1000}, color_scheme="light"
        )
        page.goto(url + LINK)
        page.wait_for_function(DRAWN)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURE)
        chromium.close()


if __name__ == "__main__":
    main()
