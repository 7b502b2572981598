"""A passkey is made on the account page and opens the door, in a real browser."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from oms.accounts.models import Passkey, User
from tests.browser.checks import PHONE, faults_of, watch
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A phone's own authenticator: it knows its user and holds keys that name him.
CHIP = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_and_opens_the_door_without_a_password(
    browser_page: Page, browser_context: BrowserContext, user_factory, live_server, settings
) -> None:
    settings.OMS_PUBLIC_URL = live_server.url
    user: User = user_factory("owner")
    watch(browser_page)
    devtools = browser_context.new_cdp_session(browser_page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": CHIP})
    browser_page.goto("/login/?next=/account/")
    browser_page.fill("[name=username]", user.username)
    browser_page.fill("[name=password]", PASSWORD)
    browser_page.press("[name=password]", "Enter")
    form = browser_page.locator("form[data-passkey=make]")
    form.locator("[name=name]").fill("Máy ở quầy")
    form.locator("[name=present]").fill("sai")
    form.locator("button").click()
    expect(form.get_by_role("alert")).to_have_text("Mật khẩu hiện tại chưa đúng.")
    browser_page.problems.clear()  # type: ignore[attr-defined] - the console notes the refusal
    form.locator("[name=present]").fill(PASSWORD)
    form.locator("button").click()
    expect(browser_page.locator("#passkeys")).to_contain_text("Máy ở quầy")
    assert Passkey.objects.get().user == user
    browser_page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert faults_of(browser_page) == []

    browser_context.clear_cookies()
    browser_page.goto("/login/?next=/account/")
    assert faults_of(browser_page) == []
    browser_page.get_by_role("button", name="Đăng nhập bằng passkey").click()
    expect(browser_page.locator("#passkeys")).to_contain_text("dùng vừa xong")
    assert browser_page.problems == []  # type: ignore[attr-defined]
