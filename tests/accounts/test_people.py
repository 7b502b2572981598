"""Users: who may make and change whom, links that work once, sessions, locked doors."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from inventory.models import Warehouse
from oms.accounts import throttle
from oms.accounts.models import KnownSession, User
from oms.accounts.services import people
from oms.accounts.services.people import Person
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
USERS = reverse("web:users")
NEW_PASSWORD = "chim-se-di-nang-7"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def log_in(username: str, password: str = PASSWORD, **extra: str) -> Client:
    client = Client(**extra)
    answer = client.post("/login/", {"username": username, "password": password})
    assert answer.status_code == 302, "log-in was refused"
    return client


def typed(**changed: object) -> dict[str, object]:
    return {"full_name": "Lê Văn Hai", "username": "hai", "role": "sales", "email": ""} | changed


def person(**changed) -> Person:
    base = {"username": "hai", "full_name": "Lê Văn Hai", "role": "sales"}
    return Person(**(base | changed))


def test_a118_the_owner_adds_a_user_who_sets_his_own_password_by_a_link_that_works_once(
    owner_client,
):
    place = Warehouse.objects.create(code="A", name="Kho A")
    answer = owner_client.post(reverse("web:user_new"), typed(warehouses=[place.pk]))
    user = User.objects.get(username="hai")
    assert answer.headers["Location"] == reverse("web:user", args=[user.pk])
    assert (user.role, user.warehouse_ids, user.has_usable_password()) == (
        "sales",
        [place.pk],
        False,
    )

    page = owner_client.post(reverse("web:user_link", args=[user.pk])).content.decode()
    [link] = re.findall(r"http://testserver(/password/[^<\s]+)", page)
    stranger = Client()
    assert "Lê Văn Hai" in stranger.get(link).content.decode()
    assert stranger.post(link, {"password": "1234", "again": "1234"}).status_code == 422
    assert stranger.post(link, {"password": NEW_PASSWORD, "again": "khac"}).status_code == 422
    assert stranger.post(link, {"password": NEW_PASSWORD, "again": NEW_PASSWORD}).status_code == 302
    assert stranger.get(link).status_code == 410
    log_in("hai", NEW_PASSWORD)


def test_a_link_dies_when_its_user_is_stopped_or_a_day_has_passed(owner, user_factory, frozen):
    user = user_factory("sales")
    token = people.reset_token(user.pk, by=owner)
    assert people.user_of_token(user.pk, token) == user
    frozen.shift(24 * 3600 + 1)
    assert people.user_of_token(user.pk, token) is None
    token = people.reset_token(user.pk, by=owner)
    people.set_active(user.pk, False, by=owner)
    assert people.user_of_token(user.pk, token) is None
    with pytest.raises(DomainError, match="ngừng hoạt động"):
        people.reset_token(user.pk, by=owner)


def test_the_last_owner_cannot_be_locked_out(owner, user_factory):
    with pytest.raises(DomainError, match="chủ shop cuối cùng"):
        people.set_active(owner.pk, False, by=owner)
    with pytest.raises(DomainError, match="chủ shop cuối cùng"):
        people.save_user(owner.pk, person(username="x", role="manager"), by=owner)
    second = user_factory("owner", is_active=False)
    with pytest.raises(DomainError, match="chủ shop cuối cùng"):
        people.set_active(owner.pk, False, by=owner)
    people.set_active(second.pk, True, by=owner)
    people.save_user(second.pk, person(username="y", role="manager"), by=owner)
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == ("owner", True)
    with pytest.raises(DomainError, match="xem được tất cả"):
        people.save_user(None, person(role="owner", shop_ids=(1,)), by=owner)


def test_nobody_grants_or_takes_over_what_he_does_not_have(owner, user_factory):
    manager = user_factory("manager")
    with pytest.raises(DomainError, match="không cấp được"):
        people.save_user(None, person(role="owner"), by=manager)
    for act in (
        lambda: people.reset_token(owner.pk, by=manager),
        lambda: people.set_active(owner.pk, False, by=manager),
        lambda: people.save_user(owner.pk, person(), by=manager),
    ):
        with pytest.raises(DomainError, match="không cấp được"):
            act()
    limited = user_factory("manager", shop_ids=[1])
    for scope in ((), (2,), (1, 2)):
        with pytest.raises(DomainError, match="không được rộng hơn"):
            people.save_user(None, person(shop_ids=scope), by=limited)
    assert people.save_user(None, person(shop_ids=(1,)), by=limited).shop_ids == [1]
    assert not User.objects.exclude(username="hai").filter(role="sales").exists()


def test_c64_changes_of_users_are_told_with_before_and_after(owner):
    user = people.save_user(None, person(), by=owner)
    people.save_user(user.pk, person(role="warehouse", warehouse_ids=(3,)), by=owner)
    event = timeline_of("user", user.pk).first()
    assert event.name == "user.changed" and event.actor_id == owner.pk
    assert event.data["changes"] == {"role": ["sales", "warehouse"], "warehouse_ids": [[], [3]]}


def test_a_user_name_is_taken_once(owner_client, user_factory):
    user_factory("sales", "hai")
    answer = owner_client.post(reverse("web:user_new"), typed())
    assert answer.status_code == 422 and "đã có" in answer.content.decode()


def test_a_stopped_user_is_out_at_once_everywhere(owner_client, user_factory):
    user_factory("sales", "hai")
    client = log_in("hai")
    user = User.objects.get(username="hai")
    owner_client.post(reverse("web:user_active", args=[user.pk]), {"active": "0"})
    assert client.get("/orders/").headers["Location"].startswith("/login/")
    assert not KnownSession.objects.filter(user=user).exists()
    owner_client.post(reverse("web:user_active", args=[user.pk]), {"active": "1"})
    log_in("hai")


def test_sessions_are_listed_and_ended_one_by_one(owner_client, user_factory):
    user = user_factory("sales", "hai")
    phone = log_in("hai", HTTP_USER_AGENT="Điện thoại", REMOTE_ADDR="203.0.113.7")
    desk = log_in("hai", HTTP_USER_AGENT="Máy quầy")
    page = desk.get(reverse("web:account")).content.decode()
    assert "Điện thoại" in page and "203.0.113.7" in page and page.count("máy này") == 1
    row = KnownSession.objects.get(agent="Điện thoại")
    stranger = reverse("web:user_session_end", args=[user.pk + 1, row.pk])
    assert owner_client.post(stranger).status_code == 404
    desk.post(reverse("web:end_session", args=[row.pk]))
    assert phone.get("/orders/").headers["Location"].startswith("/login/")
    assert desk.get("/orders/").status_code == 200
    other = KnownSession.objects.get(agent="Máy quầy")
    owner_client.post(reverse("web:user_session_end", args=[user.pk, other.pk]))
    assert desk.get("/orders/").headers["Location"].startswith("/login/")


def test_nobody_ends_the_session_of_another_from_his_own_account(user_factory, login):
    user_factory("sales", "hai")
    log_in("hai")
    row = KnownSession.objects.get()
    other = login(user_factory("viewer"))
    assert other.post(reverse("web:end_session", args=[row.pk])).status_code == 404


def test_a_new_password_of_ones_own_ends_the_other_sessions_only(user_factory):
    user_factory("sales", "hai")
    here, there = log_in("hai"), log_in("hai")
    address = reverse("web:change_password")
    wrong = {"present": "sai", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert here.post(address, wrong).status_code == 422
    assert here.post(address, wrong | {"present": PASSWORD}).status_code == 302
    assert here.get("/orders/").status_code == 200
    assert there.get("/orders/").headers["Location"].startswith("/login/")
    log_in("hai", NEW_PASSWORD)


def test_a_locked_door_is_shown_to_the_owner_who_opens_it(owner_client, user_factory):
    user = user_factory("sales", "hai")
    for _ in range(throttle.LIMIT + 2):
        Client(REMOTE_ADDR="203.0.113.9").post("/login/", {"username": "Hai", "password": "sai"})
        Client().post("/login/", {"username": "khong-co", "password": "sai"})
    assert timeline_of("user", user.pk).filter(name="user.locked_out").count() == 1
    address = reverse("web:user", args=[user.pk])
    assert "203.0.113.9" in owner_client.get(address).content.decode()
    owner_client.post(reverse("web:user_unlock", args=[user.pk]))
    assert "tạm chặn" not in owner_client.get(address).content.decode()
    log_in("hai", REMOTE_ADDR="203.0.113.9")


def test_only_who_may_change_users_sees_them(user_factory, login):
    for role in ("manager", "sales", "warehouse", "accountant", "viewer"):
        client = login(user_factory(role))
        for name in ("web:users", "web:user_new", "web:roles", "web:audit", "web:audit_export"):
            assert client.get(reverse(name)).status_code == 403, (role, name)


def test_the_pages_of_users_open(owner, owner_client):
    for address in (USERS, reverse("web:user_new"), reverse("web:user", args=[owner.pk])):
        assert owner_client.get(address).status_code == 200, address
