"""The language of pages: Vietnamese unless the user chose another."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_browser_in_english_still_gets_vietnamese(client):
    page = client.get("/login/", headers={"accept-language": "en-US,en"})
    assert page.headers["Content-Language"] == "vi"
    assert "Đăng nhập" in page.content.decode()


def test_the_chosen_language_stays(client):
    client.post("/language/", {"language": "en", "next": "/login/"})
    page = client.get("/login/")
    assert page.headers["Content-Language"] == "en"
    assert "Sign in" in page.content.decode()


def test_an_unknown_language_is_ignored(client):
    client.cookies["django_language"] = "xx"
    assert client.get("/login/").headers["Content-Language"] == "vi"
