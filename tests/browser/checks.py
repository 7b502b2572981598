"""What must hold on every page: nothing overflows, nothing breaks, nobody is shut out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# Markup that a reader sees was escaped once too often.
SHOWN_MARKUP = "document.body.innerText.match(/<[/]?(a|b|small|span|div|svg)[ >].{0,60}/)?.[0]"
MORE_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"


# Set OMS_SHOTS to a folder to look at the pages afterwards.
SHOTS = os.environ.get("OMS_SHOTS", "")


def watch(page: Page) -> None:
    """Gather script errors and the console's (a refused inline style or script among them)."""
    page.problems = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda message: _note(page, message))


# htmx writes these as errors when a newer question, or another page, takes the place of one that is
# still open. A request that really failed says so by a line of its own.
OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")


def _note(page: Page, message: ConsoleMessage) -> None:
    if message.type == "error" and not message.text.startswith(OVERTAKEN):
        page.problems.append(message.text)  # type: ignore[attr-defined]


def faults_of(page: Page, judged: set[str] | None = None) -> list[str]:
    """Everything wrong with the page as it stands, in words; the page's notes are taken.

    `judged` remembers from page to page what looks as it did before, so that it is judged once.
    """
    faults = [f"{page.url}: {text}" for text in page.problems]  # type: ignore[attr-defined]
    page.problems.clear()  # type: ignore[attr-defined]
    _shoot(page)
    shown = page.evaluate(SHOWN_MARKUP)
    if shown:
        faults.append(f"{page.url}: markup as text: {shown}")
    beyond = page.evaluate(MORE_THAN_THE_WINDOW)
    if beyond > 0:
        faults.append(f"{page.url}: {beyond} px wider than the window")
    for violation in violations_of(page, judged):
        places = [node["target"] for node in violation["nodes"]]
        faults.append(f"{page.url}: {violation['impact']} {violation['id']} {places}")
    return faults


# The mark goes with the document that is left, or when what was asked for is drawn into it. What
# the page fetches by itself has no triggering event.
ASK = """() => {
  window.asked = true;
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.triggeringEvent) window.asked = false;
  });
}"""
ANSWERED = "() => !window.asked && document.readyState === 'complete'"


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """What is pressed inside has its answer when this ends: another page, or a part of this one."""
    page.evaluate(ASK)
    yield
    page.wait_for_function(ANSWERED)


@lru_cache(maxsize=1)
def axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def run_axe() -> str:
    return Path(__file__).with_name("run_axe.js").read_text(encoding="utf-8")


def violations_of(page: Page, judged: set[str] | None = None) -> list[dict[str, Any]]:
    """Every rule of axe that the page breaks as it stands, each with three of its places."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(axe_source())
    faults, fresh = page.evaluate(run_axe(), sorted(judged or ()))
    if judged is not None and not faults:
        judged.update(fresh)
    return faults


def _shoot(page: Page) -> None:
    if not SHOTS:
        return
    folder = Path(SHOTS)
    width = page.viewport_size["width"] if page.viewport_size else 0
    number = len(list(folder.glob("*.png")))
    page.screenshot(path=folder / f"{number:03d}-{width}.png", full_page=True)
