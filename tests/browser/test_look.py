"""The shell in a real browser: accessible in both themes, within the policy, driven by keys."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from oms.accounts.demo import create_demo_accounts
from oms.accounts.models import User
from oms.kernel.clock import now
from oms.kernel.models import PartnerCall
from tests.browser.checks import violations_of
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def faults(page: Page) -> list[str]:
    """Rule, element and reason of each accessibility fault on the page."""
    return [
        f"{rule['id']}: {node['html']} {node['why']}"
        for rule in violations_of(page)
        for node in rule["nodes"]
    ]


@pytest.fixture
def look(browser_page: Page, browser_login: Callable[[User], None], owner: User) -> Page:
    """The style page, open for the owner; refusals of the content policy are problems too."""
    browser_page.on(
        "console",
        lambda line: browser_page.problems.append(line.text) if line.type == "error" else None,  # type: ignore[attr-defined]
    )
    browser_login(owner)
    browser_page.goto("/style/")
    return browser_page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_login_has_no_accessibility_fault(browser_page, scheme, width):
    create_demo_accounts()
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto("/login/")
    assert faults(browser_page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_component_has_an_accessibility_fault(look, scheme, width):
    look.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look.set_viewport_size({"width": width, "height": 900})
    assert faults(look) == []
    assert look.problems == []
    assert look.evaluate("document.documentElement.scrollWidth") == width


HINT = "() => getComputedStyle(document.querySelector('.btn[data-key=F9]'), '::after').content"


def test_d8_a_button_shows_its_key_only_where_keys_are(look):
    """The list of all keys keeps its signs on the phone too: it is asked for."""
    slash = look.locator(".search kbd")
    assert "F9" in look.evaluate(HINT)
    expect(slash).to_be_visible()
    look.set_viewport_size({"width": 390, "height": 844})
    assert look.evaluate(HINT) == "none"
    expect(slash).to_be_hidden()


PLANT = """(fault) => {
  const row = document.querySelectorAll("tbody tr")[2];
  if (fault === "contrast") for (const part of row.querySelectorAll("*")) part.style.color = "#bbb";
  else row.querySelector("input").removeAttribute("aria-label");
}"""


@pytest.mark.parametrize(("fault", "rule"), [("contrast", "color-contrast"), ("name", "label")])
def test_a_fault_in_one_of_many_rows_is_found_among_those_judged_before(look, fault, rule):
    """What the shorter look at rows that are alike rests on."""
    judged: set[str] = set()
    assert violations_of(look, judged) == []
    assert violations_of(look, judged) == []
    look.evaluate(PLANT, fault)
    assert [found["id"] for found in violations_of(look, judged)] == [rule]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/", "/health/"])
def test_the_first_pages_have_no_accessibility_fault(look, scheme, address):
    PartnerCall.objects.create(
        partner="ghn",
        method="GET",
        path="/",
        outcome="unreachable",
        duration_ms=1,
        created_at=now(),
    )
    look.emulate_media(color_scheme=scheme)
    look.goto(address)
    assert faults(look) == []
    assert look.problems == []


def test_one_press_enters_with_a_demo_account(browser_page):
    create_demo_accounts()
    browser_page.goto("/login/?next=/style/")
    browser_page.get_by_role("button", name="chushop").click()
    expect(browser_page).to_have_url(re.compile(r"/style/$"))


def test_the_shell_works_without_javascript(browser, live_server, user_factory):
    user_factory("owner", "lan")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login/?next=/style/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.locator(".shell-top summary").click()
    page.get_by_role("button", name="Tối").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.locator(".shell-top summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    assert "/login/" in page.url
    context.close()


def test_the_theme_changes_at_once_and_stays(look):
    look.locator(".shell-top summary").click()
    with look.expect_response("**/theme/"):
        look.get_by_role("button", name="Tối").click()
    assert look.locator("html").get_attribute("data-theme") == "dark"
    look.reload()
    assert look.locator("html").get_attribute("data-theme") == "dark"
    assert look.problems == []


def test_a_dangerous_button_asks_first(look):
    button = look.get_by_role("button", name="data-confirm")
    button.click()
    dialog = look.get_by_role("dialog")
    expect(dialog).to_contain_text("Hủy đơn DH260118386?")
    dialog.get_by_role("button", name="Quay lại").click()
    assert "?" not in look.url
    button.click()
    with look.expect_navigation():
        dialog.get_by_role("button", name="data-confirm").click()


def test_keys_walk_and_tick_the_rows(look):
    look.keyboard.press("j")
    look.keyboard.press("j")
    assert look.locator("tr.focused").get_attribute("data-href") == "#DH260118393"
    look.keyboard.press("x")
    expect(look.locator("[data-selected-count]")).to_have_text("3")
    expect(look.locator("[data-selected-sum]")).to_contain_text("2.846.000")
    look.keyboard.press("Escape")
    expect(look.locator("[data-bulkbar]")).to_be_hidden()


def test_letters_are_off_while_typing(look):
    look.get_by_label("Người nhận").first.fill("")
    look.get_by_label("Người nhận").first.press("j")
    assert look.locator("tr.focused").count() == 0
    look.get_by_label("Người nhận").first.press("Escape")
    look.keyboard.press("?")
    expect(look.get_by_role("dialog")).to_contain_text("Phím tắt")
