"""The page that leads to everything that is set up, and the groups of the menu."""

import pytest
from django.test import override_settings
from django.urls import reverse

from oms.accounts.roles import ROLES
from oms.web.nav import nav_links
from oms.web.palette import pages
from oms.web.settings_map import GROUPS, settings_for

ROWS = [row for group in GROUPS for row in group.settings]


def test_every_setting_stands_once_and_somebody_may_open_it():
    assert len({row.view for row in ROWS}) == len(ROWS)
    assert {row.permission for row in ROWS} <= ROLES["owner"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_settings_page_shows_what_the_role_may_open_and_each_link_opens(
    role, user_factory, client
):
    user = user_factory(role)
    client.force_login(user)
    answer = client.get(reverse("web:settings"))
    page = answer.content.decode()
    for row in ROWS:
        assert (f'class="list-link" href="{reverse(row.view)}"' in page) == user.has_perm(
            row.permission
        )
    shown = [row for group in settings_for(user) for row in group.settings]
    assert shown
    assert {row.view: client.get(reverse(row.view)).status_code for row in shown} == {
        row.view: 200 for row in shown
    }


@pytest.mark.django_db
def test_the_rehearsal_is_among_the_settings_only_where_there_is_a_sandbox(owner):
    def views() -> set[str]:
        return {row.view for group in settings_for(owner) for row in group.settings}

    with override_settings(SANDBOX=True):
        assert "rehearsal:page" in views()
    with override_settings(SANDBOX=False):
        assert "rehearsal:page" not in views()


@pytest.mark.django_db
def test_the_palette_finds_settings_beside_the_pages_of_the_menu(owner):
    found = [(item.label, item.url) for item in pages(owner, "máy in")]
    assert found == [("Máy in của máy tính này", reverse("shipping:printers"))]
    assert [item.url for item in pages(owner, "tỷ giá")] == [reverse("orders:rate_list")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/suppliers/4/", "/purchases/"),
        ("/receipts/new/", "/purchases/"),
        ("/warehouses/boxes/", "/stock/"),
        ("/roles/", "/users/"),
        ("/settings/printers/", "/settings/"),
        ("/orders/attention/", "/orders/attention/"),
    ],
)
def test_a_page_beside_the_menu_lights_where_it_belongs(owner, path, current):
    assert [link.url for link in nav_links(owner, path) if link.is_current] == [current]


@pytest.mark.django_db
def test_groups_of_the_menu_begin_where_the_reader_sees_their_first_page(user_factory):
    starts = [link.url for link in nav_links(user_factory("sales"), "/") if link.starts_group]
    assert starts == ["/", "/quotations/", "/products/", "/invoices/", "/alerts/"]
