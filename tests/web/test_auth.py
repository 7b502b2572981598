"""Log in, log out, language and theme: plain forms, no script needed."""

import runpy

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client, override_settings

from oms.accounts import throttle
from oms.accounts.demo import DEMO_PASSWORD, create_demo_accounts, refuse_demo_accounts
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, username: str, password: str, **extra: str):
    return client.post("/login/", {"username": username, "password": password, **extra})


def test_login_is_a_plain_post_that_opens_the_dashboard(user_factory):
    user_factory("owner", "lan")
    client = Client(enforce_csrf_checks=True)
    page = client.get("/login/")
    token = page.context["csrf_token"]
    answer = client.post(
        "/login/", {"username": "lan", "password": PASSWORD, "csrfmiddlewaretoken": str(token)}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_login_goes_on_to_the_page_that_was_asked_for(user_factory):
    user_factory("owner", "lan")
    answer = sign_in(Client(), "lan", PASSWORD, next="/health/")
    assert answer.headers["Location"] == "/health/"


def test_login_never_leads_to_another_site(user_factory):
    user_factory("owner", "lan")
    answer = sign_in(Client(), "lan", PASSWORD, next="https://example.com/")
    assert answer.headers["Location"] == "/"


def test_wrong_password_answers_422_with_one_clear_sentence(user_factory):
    user_factory("owner", "lan")
    answer = sign_in(Client(), "lan", "sai")
    assert answer.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in answer.content.decode()


def test_many_wrong_passwords_close_the_door_even_for_the_right_one(user_factory):
    user_factory("owner", "lan")
    client = Client()
    for _ in range(throttle.LIMIT):
        sign_in(client, "lan", "sai")
    answer = sign_in(client, "Lan", PASSWORD)
    assert answer.status_code == 422
    assert "Sai quá nhiều lần" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_behind_the_proxy_each_user_has_his_own_limit(user_factory, settings, caplog):
    user_factory("owner", "lan")
    settings.TRUSTED_PROXIES = 1

    def attempt(password: str, forwarded: str):
        headers = {"HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": "10.0.0.2"}
        return Client().post("/login/", {"username": "lan", "password": password}, **headers)

    for number in range(throttle.LIMIT):
        # The forged entry changes with every attempt; the proxy's own, the last, does not.
        attempt("sai", f"198.51.100.{number}, 203.0.113.66")
    assert "login_refused address=203.0.113.66" in caplog.text
    assert attempt(PASSWORD, "203.0.113.66").status_code == 422
    assert attempt(PASSWORD, "203.0.113.7").status_code == 302


def test_logout_needs_a_post(owner_client):
    assert owner_client.get("/logout/").status_code == 405
    assert owner_client.post("/logout/").headers["Location"] == "/login/"
    assert owner_client.get("/").headers["Location"].startswith("/login/")


def test_demo_accounts_show_only_while_the_sandbox_is_on():
    create_demo_accounts()
    page = Client().get("/login/").content.decode()
    assert f'value="{DEMO_PASSWORD}"' in page
    assert 'value="banhang"' in page
    with override_settings(SANDBOX=False):
        assert "banhang" not in Client().get("/login/").content.decode()


def test_language_switch_keeps_the_choice():
    client = Client()
    answer = client.post("/language/", {"language": "en", "next": "/login/"})
    assert answer.headers["Location"] == "/login/"
    assert '<html lang="en"' in client.get("/login/").content.decode()
    client.post("/language/", {"language": "vi", "next": "/login/"})
    assert '<html lang="vi"' in client.get("/login/").content.decode()


def test_theme_is_kept_in_a_cookie_and_rendered_by_the_server():
    client = Client()
    client.post("/theme/", {"theme": "dark", "next": "/login/"})
    assert 'data-theme="dark"' in client.get("/login/").content.decode()
    client.post("/theme/", {"theme": "neon", "next": "/login/"})
    assert "data-theme" not in client.get("/login/").content.decode()


def test_theme_never_leads_to_another_site():
    answer = Client().post("/theme/", {"theme": "dark", "next": "//example.com"})
    assert answer.headers["Location"] == "/"


def test_the_web_server_refuses_to_start_over_demo_accounts_without_the_sandbox():
    create_demo_accounts()
    refuse_demo_accounts()
    with override_settings(SANDBOX=False):
        with pytest.raises(ImproperlyConfigured, match="delete_demo_accounts"):
            runpy.run_module("oms.wsgi")
        with pytest.raises(ImproperlyConfigured):
            create_demo_accounts()
        call_command("delete_demo_accounts")
        assert runpy.run_module("oms.wsgi")["application"]
