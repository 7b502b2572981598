"""Codes of an authenticator app: on, asked for, taken once, recovered from, required by role."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from oms.accounts import throttle
from oms.accounts.models import RecoveryCode, SecondFactor, User
from oms.accounts.services import roles, second_factor
from oms.kernel.actors import Actor
from oms.kernel.events import timeline_of
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SETUP = reverse("web:second_factor")
CODE = reverse("web:login_code")


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def code_of(user: User, offset: int = 0) -> str:
    factor = SecondFactor.objects.get(user=user)
    moment = datetime.now(UTC) + timedelta(seconds=30 * offset)
    return pyotp.TOTP(factor.secret).at(moment)


def turned_on(user: User) -> list[str]:
    second_factor.begin(user)
    return second_factor.confirm(user, code_of(user, -1))


def password_step(client: Client, user: User, **more: str):
    return client.post("/login/", {"username": user.username, "password": PASSWORD, **more})


def test_the_codes_are_those_of_rfc_6238(user_factory):
    user = user_factory()
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    SecondFactor.objects.create(user=user, secret=secret, confirmed_at=datetime.now(UTC))
    for moment, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        with time_machine.travel(datetime.fromtimestamp(moment, UTC), tick=False):
            assert second_factor.verify(user, code), moment


def test_the_secret_lies_encrypted_in_the_database(user_factory):
    user = user_factory()
    secret = second_factor.begin(user).secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_secondfactor")
        assert secret not in cursor.fetchone()[0]


def test_a_user_turns_it_on_with_a_first_code_and_gets_recovery_codes(user_factory, login):
    user = user_factory("sales")
    client = login(user)
    page = client.get(SETUP).content.decode()
    assert "<svg" in page and SecondFactor.objects.get().secret in page
    assert client.post(SETUP, {"code": "000000"}).status_code == 422
    assert not second_factor.has_second_factor(user)
    answer = client.post(SETUP, {"code": code_of(user)}).content.decode()
    assert second_factor.has_second_factor(user)
    assert RecoveryCode.objects.count() == 10 == answer.count("<li>")
    assert client.get(SETUP).headers["Location"] == reverse("web:account")


def test_the_password_alone_does_not_let_in_and_a_code_opens_once(user_factory):
    user = user_factory("owner")
    turned_on(user)
    client = Client()
    answer = password_step(client, user, next="/orders/")
    assert answer.headers["Location"] == CODE
    assert client.get("/orders/").headers["Location"].startswith("/login/")
    code = code_of(user)
    answer = client.post(CODE, {"code": f"{code[:3]} {code[3:]}"})
    assert answer.headers["Location"] == "/orders/"
    assert client.get("/orders/").status_code == 200

    again = Client()
    password_step(again, user)
    assert again.post(CODE, {"code": code}).status_code == 422
    assert Client().get(CODE).headers["Location"] == "/login/"


def test_a_recovery_code_opens_once_and_is_told(user_factory):
    user = user_factory("owner")
    codes = turned_on(user)
    for expected in (302, 422):
        client = Client()
        password_step(client, user)
        assert client.post(CODE, {"code": codes[0].upper()}).status_code == expected
    event = timeline_of("user", user.pk).get(name="user.recovery_used")
    assert event.data == {"left": 9}


def test_many_wrong_codes_close_the_door(user_factory):
    user = user_factory("owner")
    turned_on(user)
    client = Client()
    password_step(client, user)
    for _ in range(throttle.LIMIT):
        client.post(CODE, {"code": "000000"})
    answer = client.post(CODE, {"code": code_of(user)})
    assert answer.status_code == 422 and "Sai quá nhiều lần" in answer.content.decode()
    assert timeline_of("user", user.pk).filter(name="user.locked_out").count() == 1


def test_the_second_step_waits_five_minutes(user_factory, frozen):
    user = user_factory("owner")
    turned_on(user)
    client = Client()
    password_step(client, user)
    frozen.shift(301)
    assert client.post(CODE, {"code": code_of(user)}).headers["Location"] == "/login/"


def test_a_role_can_require_it_from_the_next_log_in_on(owner, user_factory):
    user = user_factory("accountant")
    roles.ask_second_factor("accountant", True, by=owner)
    client = Client()
    password_step(client, user)
    for address in ("/orders/", "/", reverse("web:users"), reverse("web:audit")):
        assert client.get(address).headers["Location"] == SETUP, address
    assert "bắt buộc" in client.get(SETUP).content.decode()
    client.post(SETUP, {"code": code_of(user)})
    assert client.get("/orders/").status_code == 200
    off = client.post(reverse("web:second_factor_off"), {"code": code_of(user, 1)})
    assert off.status_code == 422 and second_factor.has_second_factor(user)


def test_it_is_turned_off_with_a_code_or_by_the_owner(user_factory, login, owner_client):
    user = user_factory("sales")
    turned_on(user)
    client = login(user)
    assert client.post(reverse("web:second_factor_off"), {"code": "1"}).status_code == 422
    renewed = client.post(reverse("web:recovery_codes"), {"code": code_of(user)})
    assert renewed.status_code == 200 and RecoveryCode.objects.count() == 10
    owner_client.post(reverse("web:user_factor_off", args=[user.pk]))
    assert not second_factor.has_second_factor(user) and not RecoveryCode.objects.exists()
    second_factor.turn_off(user, actor=Actor.user(user))
    assert timeline_of("user", user.pk).filter(name="user.second_factor_off").count() == 1
