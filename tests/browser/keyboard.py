"""A person at a station: a scanner that types, and a keyboard without a mouse."""

from playwright.sync_api import Page

MOST_STEPS = 60


def scan(page: Page, *codes: str) -> None:
    """A scanner types a code and Enter, and does not wait."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def press(page: Page, name: str) -> None:
    """Tab to a link or a button of that name, and Enter."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if name in (page.evaluate("document.activeElement.textContent") or ""):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way by Tab to {name}")
