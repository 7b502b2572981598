"""What holds for every page: policy, templates, errors, menu."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import Client, override_settings

from oms.accounts.roles import ROLES
from oms.web.nav import ITEMS, nav_links

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
# Papers are printed, never sent to a browser: no content policy there.
PAGES = [path for path in TEMPLATES if not {"print", "papers"} & set(path.parts)]
INLINE = re.compile(r"""\sstyle\s*=|<style|\son[a-z]+\s*=\s*["']|<script(?![^>]*\ssrc=)""", re.I)


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_no_template_has_inline_style_or_script(path):
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.django_db
def test_every_answer_carries_the_strict_policy(owner_client):
    for client, address in ((Client(), "/login/"), (owner_client, "/"), (owner_client, "/style/")):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_htmx_swaps_422_and_never_evaluates():
    page = render_to_string("plain.html")
    config = json.loads(re.search(r"name=\"htmx-config\"\s+content='([^']+)'", page).group(1))
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert {"code": "422", "swap": True} in config["responseHandling"]


@pytest.mark.django_db
def test_a_missing_page_says_so_in_words():
    answer = Client().get("/khong-co/")
    assert answer.status_code == 404
    assert "Không tìm thấy trang này" in answer.content.decode()


@pytest.mark.django_db
def test_a_refused_page_says_who_can_help(user_factory, login):
    answer = login(user_factory("viewer")).get("/health/")
    assert answer.status_code == 403
    assert "chưa có quyền" in answer.content.decode()


@pytest.mark.django_db
def test_a_stranger_is_asked_to_log_in_and_comes_back():
    assert Client().get("/health/?partner=ghn").headers["Location"] == (
        "/login/?next=/health/%3Fpartner%3Dghn"
    )


@pytest.mark.django_db
def test_an_expired_session_sends_htmx_to_the_whole_log_in_page():
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/3/"}
    answer = Client().get("/health/", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login/?next=/jobs/3/")


@pytest.mark.django_db
def test_an_old_form_is_explained():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "đã mở quá lâu" in answer.content.decode()


def test_the_500_page_needs_neither_request_nor_database():
    assert "Máy chủ gặp lỗi" in render_to_string("500.html")


def test_every_menu_permission_is_granted_to_somebody():
    granted = set().union(*ROLES.values())
    assert {item.permission for item in ITEMS} <= granted


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_menu_shows_what_the_role_may_open(role, user_factory):
    user = user_factory(role)
    shown = {str(link.label) for link in nav_links(user, "/")}
    assert shown == {str(item.label) for item in ITEMS if item.permission in ROLES[role]}


@pytest.mark.django_db
def test_each_page_stands_once_in_the_menu_and_each_key():
    for column in ([item.view for item in ITEMS], [item.key for item in ITEMS]):
        assert sorted(set(column)) == sorted(column)


def test_the_longest_matching_address_is_the_current_one(owner):
    current = [link.url for link in nav_links(owner, "/health/") if link.is_current]
    assert current == ["/health/"]


@pytest.mark.django_db
def test_the_style_page_exists_only_in_the_sandbox(owner_client):
    assert owner_client.get("/style/").status_code == 200
    with override_settings(SANDBOX=False):
        assert owner_client.get("/style/").status_code == 404


def test_messages_come_out_of_band_for_htmx():
    message = Message(constants.ERROR, "Hết hàng <b>")
    page = render_to_string("components/messages.html", {"messages": [message], "oob": True})
    assert 'hx-swap-oob="beforeend"' in page
    assert "message-error" in page
    assert "Hết hàng &lt;b&gt;" in page
