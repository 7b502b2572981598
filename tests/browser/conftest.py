"""A real Chromium over a live server. Without it these tests fail in CI and skip elsewhere."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from oms.embedded.prepare import cut_label_fonts
from oms.web.assets import build_stylesheet
from tests.partners import demo_owner, partners

__all__ = ["demo_owner", "partners"]

# How slow a machine may be says nothing about whether a page is right.
PATIENCE_MS = 30_000
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def find_chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path:
        return path
    if os.environ.get("CI"):
        pytest.fail("Chromium is not installed: apt-get install chromium", pytrace=False)
    pytest.skip("Chromium is not installed: apt-get install chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One a session. Playwright runs an event loop, where Django would refuse its own queries."""
    path = find_chromium()
    expect.set_options(timeout=PATIENCE_MS)
    # Cutting fonts takes seconds that no page should be waited for.
    build_stylesheet()
    cut_label_fonts()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    """A fresh profile in Vietnamese whose addresses begin at the live server."""
    context = browser.new_context(
        base_url=live_server.url, locale="vi-VN", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def browser_page(browser_context: BrowserContext) -> Page:
    """A page whose script errors are gathered in `page.problems`."""
    page = browser_context.new_page()
    page.problems = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    return page


@pytest.fixture
def browser_login(browser_context: BrowserContext, live_server, client):
    """browser_login(user) puts that user's session cookie into the browser."""

    def enter(user) -> None:
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        browser_context.add_cookies(
            [{"name": "sessionid", "value": cookie.value, "url": live_server.url}]
        )

    return enter
