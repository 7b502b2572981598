"""Roles as data, and the audit page."""

from datetime import datetime
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.accounts.models import Role, User
from oms.accounts.permissions import GROUPS, every_permission, ticks
from oms.accounts.roles import ROLES
from oms.accounts.services import people, roles, second_factor
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.tables import read_table
from tests.conftest import ICT

pytestmark = pytest.mark.django_db
AUDIT = reverse("web:audit")


def test_a118_a_copied_role_has_the_ticks_of_its_model_and_opens_those_pages(
    owner_client, login, user_factory
):
    page = owner_client.get(reverse("web:role_new") + "?from=warehouse").content.decode()
    assert "Kho (bản sao)" in page
    owner_client.post(
        reverse("web:role_new"),
        {"name": "Đóng gói", "permission": ["orders.view_order", "shipping.view_package"]},
    )
    role = Role.objects.get()
    packer = user_factory(role.code)
    client = login(packer)
    assert client.get("/orders/").status_code == 200
    assert client.get(reverse("orders:new")).status_code == 403
    assert packer.get_role_display() == "Đóng gói"
    owner_client.post(
        reverse("web:role", args=[role.pk]),
        {"name": "Đóng gói", "permission": ["shipping.view_package"]},
    )
    assert client.get("/orders/").status_code == 403


def test_built_in_roles_cannot_be_changed_or_imitated(owner):
    with pytest.raises(DomainError, match="vai trò có sẵn"):
        roles.save_role(None, "chủ SHOP", [], by=owner)
    made = roles.save_role(None, "Đóng gói", ["orders.view_order", "made.up"], by=owner)
    assert made.permissions == ["orders.view_order"]
    with pytest.raises(DomainError, match="Đã có vai trò"):
        roles.save_role(None, "dong goi", [], by=owner)
    assert ROLES["owner"] == every_permission()


def test_nobody_makes_a_role_that_may_more_than_he(owner, user_factory):
    lead = roles.save_role(
        None, "Trưởng nhóm", ["accounts.change_role", "orders.view_order"], by=owner
    )
    user = user_factory(lead.code)
    with pytest.raises(DomainError, match="Xem giá vốn"):
        roles.save_role(None, "Lén", ["inventory.view_cost"], by=user)
    strong = roles.save_role(None, "Mạnh", ["inventory.view_cost"], by=owner)
    with pytest.raises(DomainError, match="không cấp được"):
        roles.save_role(strong.pk, "Mạnh", [], by=user)
    with pytest.raises(DomainError, match="không cấp được"):
        roles.remove_role(strong.pk, by=user)
    granted = {t.code for _title, group in ticks([], user) for t in group if t.may_grant}
    assert granted == {"accounts.change_role", "orders.view_order"}


def test_nobody_lifts_what_is_asked_of_a_stronger_role(owner, user_factory):
    lead = roles.save_role(None, "Trưởng nhóm", ["accounts.change_role"], by=owner)
    roles.ask_second_factor("owner", True, by=owner)
    with pytest.raises(DomainError, match="không cấp được"):
        roles.ask_second_factor("owner", False, by=user_factory(lead.code))
    assert second_factor.is_asked_for(owner)


def test_a_role_with_a_permission_that_the_house_has_dropped_is_changed_and_removed(owner):
    role = roles.save_role(None, "Đóng gói", ["orders.view_order"], by=owner)
    Role.objects.update(permissions=["orders.view_order", "orders.of_an_older_version"])
    changed = roles.save_role(role.pk, "Đóng gói", ["orders.view_order"], by=owner)
    assert changed.permissions == ["orders.view_order"]
    Role.objects.update(permissions=["orders.of_an_older_version"])
    roles.remove_role(role.pk, by=owner)
    assert not Role.objects.exists()


def test_a_role_that_somebody_has_is_not_removed(owner, owner_client, user_factory):
    role = roles.save_role(None, "Đóng gói", ["orders.view_order"], by=owner)
    user = user_factory(role.code)
    with pytest.raises(DomainError, match="Còn 1 người"):
        roles.remove_role(role.pk, by=owner)
    person = people.Person(username="x", full_name="X", role="viewer")
    people.save_user(user.pk, person, by=owner)
    owner_client.post(reverse("web:role_remove", args=[role.pk]))
    assert not Role.objects.exists()
    assert User.objects.get(pk=user.pk).role == "viewer"


def test_every_permission_can_be_ticked_once(owner):
    named = [code for _title, perms in GROUPS for code in perms]
    assert sorted(named) == sorted(every_permission())
    shown = [tick.code for _title, group in ticks([], owner) for tick in group]
    assert sorted(shown) == sorted(every_permission())


def told(name: str, kind: str = "order", key: int = 1, *, by: Actor, **data: object) -> None:
    record_event(name, (kind, key), actor=by, data=data)


def test_c64_the_audit_page_shows_who_did_what_with_before_and_after(owner, owner_client):
    told("order.cancelled", by=Actor.user(owner), changes={"status": ["confirmed", "cancelled"]})
    told("stock.changed", "variant", by=Actor.system("poll"))
    page = owner_client.get(AUDIT).content.decode()
    assert "Hủy đơn" in page and "Đã xác nhận" in page and "Tồn kho thay đổi" not in page
    assert "Tồn kho thay đổi" in owner_client.get(AUDIT, {"all": "1"}).content.decode()
    assert "Hủy đơn" not in rows_of(owner_client, area="user")
    assert "Hủy đơn" in rows_of(owner_client, kind="order", number="1")
    assert "Hủy đơn" not in rows_of(owner_client, kind="order", number="2")
    assert "Hủy đơn" not in rows_of(owner_client, user=str(owner.pk + 1))


def rows_of(client, **filters: str) -> str:
    return client.get(AUDIT, filters).content.decode().partition("<tbody>")[2]


def test_c70_the_days_of_the_audit_page_are_those_of_the_company(owner, owner_client):
    for hour, name in ((0, "order.held"), (6, "order.released")):
        with time_machine.travel(datetime(2026, 3, 2, hour, 30, tzinfo=ICT), tick=False):
            told(name, by=Actor.user(owner))
    with time_machine.travel(datetime(2026, 3, 3, 9, 0, tzinfo=ICT), tick=False):
        both = rows_of(owner_client, since="2026-03-02", until="2026-03-02")
        before = rows_of(owner_client, since="2026-03-01", until="2026-03-01")
    assert "Tạm giữ đơn" in both and "Bỏ tạm giữ" in both
    assert before == ""


def test_c62_costs_are_left_out_for_who_may_not_see_them(owner, login, user_factory):
    data = {"changes": {"cost_vnd": [111, 222], "price_vnd": [333, 444]}, "value_vnd": 555}
    told("product.updated", "product", by=Actor.user(owner), **data)
    auditor = roles.save_role(None, "Kiểm tra", ["web.view_audit"], by=owner)
    page = rows_of(login(user_factory(auditor.code)))
    assert "333" in page and not any(cost in page for cost in ("111", "222", "555"))
    assert "222" in rows_of(login(owner))
    limited = login(user_factory(auditor.code, shop_ids=[1]))
    assert limited.get(AUDIT).status_code == 403


def test_the_audit_page_makes_as_many_statements_for_1_as_for_20(owner, owner_client):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert owner_client.get(AUDIT).status_code == 200
        return len(caught)

    told("order.held", by=Actor.user(owner))
    statements()
    one = statements()
    for number in range(19):
        told("order.held", key=number, by=Actor.user(owner))
    assert statements() == one


def test_the_audit_page_is_exported_under_its_filters(owner, owner_client):
    told("order.held", by=Actor.user(owner), changes={"status": ["confirmed", "on_hold"]})
    told("user.logged_in", "user", owner.pk, by=Actor.user(owner))
    answer = owner_client.get(reverse("web:audit_export"), {"area": "order"})
    rows = read_table(BytesIO(b"".join(answer.streaming_content))).rows
    assert len(rows) == 2
    assert rows[1][2] == "Tạm giữ đơn"
    assert rows[1][-3:] == ["Trạng thái đơn hàng", "Đã xác nhận", "Tạm giữ"]
