"""`python -m infra.pictures`: the README's pictures, from a real run of the demo.

Needs Debian's `chromium`. The demo runs with the data and ports of the environment, as always.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.text import Text

from infra import page_pictures
from infra.stack.install import find_chromium
from infra.stack.settings import StackSettings
from infra.stack.site import Site

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
COLUMNS = 124
# The last chapter and the verdict: what the demo is for.
SHOWN_FROM = "9  The payments worker is killed"
LAST_LINE = "Now it is yours."
LINK = re.compile(r"http\S+/user-metadata")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with _demo() as output, _browser() as browser:
        page = browser.new_page(viewport={"width": 1500, "height": 1000}, device_scale_factor=1)
        links = LINK.findall("".join(output))
        # The order that was cancelled after it was paid has the most to tell.
        _order_page(page, Text.from_ansi(links[-2]).plain)
        _terminal(page, "".join(output))
        page_pictures.take(browser, Site(StackSettings()).api_url, PICTURES)


@contextmanager
def _demo() -> Iterator[list[str]]:
    """What the demo printed until it was done; meanwhile its stack is up."""
    # Colours as on a terminal, and none of its animations.
    environment = {
        **os.environ,
        "COLUMNS": "200",
        "FORCE_COLOR": "1",
        "TTY_INTERACTIVE": "0",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "infra.demo"], env=environment, stdout=subprocess.PIPE, text=True
    ) as demo:
        lines = []
        for line in demo.stdout or ():
            if LAST_LINE in line:
                break
            lines.append(line)
        try:
            yield lines
        finally:
            demo.terminate()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_chromium()),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def _order_page(page: Page, link: str) -> None:
    page.goto(link)
    # The UI frames what an order says of itself: each text in a document of its own.
    page.frame_locator("iframe").last.locator("h3").wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / "order-page.png")


def _terminal(page: Page, output: str) -> None:
    text = Text.from_ansi(output)
    shown = text[text.plain.index(SHOWN_FROM) :]
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere)
        console.print(Text("$ make demo\n…\n", "dim"))
        console.print(shown)
    html = console.export_html(inline_styles=True)
    page.set_content(html)
    page.add_style_tag(content="body { margin: 0; padding: 1em; width: max-content }")
    page.locator("body").screenshot(path=PICTURES / "demo.png")


if __name__ == "__main__":
    main()
