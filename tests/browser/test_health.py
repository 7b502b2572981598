"""The browser fixtures against the one page that needs no log-in."""

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_browser_reads_the_health_of_the_live_server(browser_page: Page) -> None:
    answer = browser_page.goto("/healthz")
    assert answer is not None
    assert answer.status == 503  # neither a worker nor the beat runs beside the test server
    assert answer.json()["database"] is True
    assert browser_page.problems == []  # type: ignore[attr-defined]
