"""Guesses at an open screen are counted like guesses at the door, and the owner opens both."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from oms.accounts import throttle
from oms.accounts.services import people, second_factor
from oms.kernel.events import timeline_of
from tests.accounts.test_second_factor import CODE, code_of, password_step, turned_on
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
OFF = reverse("web:second_factor_off")
NEW_PASSWORD = "chim-se-di-nang-7"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("address", ["web:second_factor_off", "web:recovery_codes"])
def test_codes_at_an_open_screen_are_not_guessed_without_end(address, user_factory, login):
    user = user_factory("sales")
    turned_on(user)
    client = login(user)
    for _ in range(throttle.LIMIT):
        assert client.post(reverse(address), {"code": "000000"}).status_code == 422
    answer = client.post(reverse(address), {"code": code_of(user)})
    assert answer.status_code == 422 and "Sai quá nhiều lần" in answer.content.decode()
    assert second_factor.has_second_factor(user)


def test_the_present_password_at_an_open_screen_is_not_guessed_without_end(user_factory, login):
    user = user_factory("sales")
    client = login(user)
    wanted = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    address = reverse("web:change_password")
    for _ in range(throttle.LIMIT):
        assert client.post(address, wanted | {"present": "sai"}).status_code == 422
    answer = client.post(address, wanted | {"present": PASSWORD})
    assert answer.status_code == 422 and "Sai quá nhiều lần" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_door_that_wrong_codes_closed_is_shown_to_the_owner_who_opens_it(
    owner_client, user_factory
):
    user = user_factory("sales")
    turned_on(user)
    client = Client(REMOTE_ADDR="203.0.113.9")
    password_step(client, user)
    for _ in range(throttle.LIMIT):
        client.post(CODE, {"code": "000000"})
    page = reverse("web:user", args=[user.pk])
    assert "203.0.113.9" in owner_client.get(page).content.decode()
    owner_client.post(reverse("web:user_unlock", args=[user.pk]))
    assert "tạm chặn" not in owner_client.get(page).content.decode()
    assert client.post(CODE, {"code": code_of(user)}).status_code == 302
    assert timeline_of("user", user.pk).filter(name="user.unlocked").count() == 1


def test_the_addresses_of_one_home_count_as_one(user_factory):
    user_factory("sales", "hai")
    for number in range(throttle.LIMIT):
        wrong = {"username": "hai", "password": "sai"}
        Client(REMOTE_ADDR=f"2001:db8:0:7::{number + 1:x}").post("/login/", wrong)
    right = {"username": "hai", "password": PASSWORD}
    answer = Client(REMOTE_ADDR="2001:db8:0:7::ffff").post("/login/", right)
    assert answer.status_code == 422 and "Sai quá nhiều lần" in answer.content.decode()
    assert Client(REMOTE_ADDR="2001:db8:0:8::1").post("/login/", right).status_code == 302


def test_a_second_step_does_not_outlive_the_password_that_began_it(user_factory):
    user = user_factory("sales")
    turned_on(user)
    client = Client()
    password_step(client, user)
    people.change_password(user, NEW_PASSWORD)
    assert client.post(CODE, {"code": code_of(user)}).headers["Location"] == "/login/"
    assert client.get("/orders/").status_code == 302
