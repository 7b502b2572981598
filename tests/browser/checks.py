"""What must hold on every page: nothing overflows, nothing breaks, nobody is shut out."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
MORE_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"


# Set OMS_SHOTS to a folder to look at the pages afterwards.
SHOTS = os.environ.get("OMS_SHOTS", "")


def watch(page: Page) -> None:
    """Gather script errors and the console's (a refused inline style or script among them)."""
    page.problems = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda message: _note(page, message))


def _note(page: Page, message: ConsoleMessage) -> None:
    if message.type == "error":
        page.problems.append(message.text)  # type: ignore[attr-defined]


def faults_of(page: Page) -> list[str]:
    """Everything wrong with the page as it stands, in words; the page's notes are taken."""
    faults = [f"{page.url}: {text}" for text in page.problems]  # type: ignore[attr-defined]
    page.problems.clear()  # type: ignore[attr-defined]
    _shoot(page)
    beyond = page.evaluate(MORE_THAN_THE_WINDOW)
    if beyond > 0:
        faults.append(f"{page.url}: {beyond} px wider than the window")
    for violation in Axe().run(page).response["violations"]:
        places = [node["target"] for node in violation["nodes"][:3]]
        faults.append(f"{page.url}: {violation['impact']} {violation['id']} {places}")
    return faults


def _shoot(page: Page) -> None:
    if not SHOTS:
        return
    folder = Path(SHOTS)
    width = page.viewport_size["width"] if page.viewport_size else 0
    number = len(list(folder.glob("*.png")))
    page.screenshot(path=folder / f"{number:03d}-{width}.png", full_page=True)
