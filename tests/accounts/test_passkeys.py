"""Passkeys: made, used alone and as a second step, bound to one question, refused when copied."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from oms.accounts import throttle
from oms.accounts.models import KnownSession, Passkey, User
from oms.accounts.services import passkeys, roles, second_factor
from oms.kernel.actors import Actor
from oms.kernel.events import timeline_of
from tests.accounts.authenticator import PRESENT, Authenticator
from tests.accounts.test_second_factor import code_of, password_step, turned_on
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ORIGIN = "https://shop.example.vn"
ACCOUNT, LOGIN, CODE = (reverse(f"web:{name}") for name in ("account", "login", "login_code"))
ASK_MAKE, MAKE = reverse("web:passkey_ask"), reverse("web:passkey_make")
ASK_OPEN, OPEN = reverse("web:passkey_ask_open"), reverse("web:passkey_open")


@pytest.fixture(autouse=True)
def the_house(settings):
    settings.OMS_PUBLIC_URL = ORIGIN
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user(user_factory) -> User:
    return user_factory("sales")


def made(client: Client, name: str = "Điện thoại", **options) -> Authenticator:
    key = Authenticator(ORIGIN, **options)
    asked = client.post(ASK_MAKE, {"name": name, "present": PASSWORD})
    assert asked.status_code == 200, asked.content
    client.post(MAKE, {"answer": key.make(asked.json())})
    return key


def opened(client: Client, key: Authenticator, **more: str):
    return client.post(OPEN, {"answer": key.open(client.post(ASK_OPEN).json()), **more})


def is_in(client: Client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def names_told(user: User) -> list[str]:
    return list(timeline_of("user", user.pk).values_list("name", flat=True))


def test_a_user_makes_several_with_names_and_sees_when_they_were_used(user, login):
    client = login(user)
    key = made(client)
    made(client, "Máy tính")
    assert [(row.name, row.transports) for row in Passkey.objects.all()] == [
        ("Điện thoại", ["internal"]),
        ("Máy tính", ["internal"]),
    ]
    page = client.get(ACCOUNT).content.decode()
    assert "Điện thoại" in page and page.count("chưa dùng lần nào") == 2
    assert is_in(Client()) is False
    opened(Client(), key)
    assert client.get(ACCOUNT).content.decode().count("chưa dùng lần nào") == 1
    assert names_told(user).count("user.passkey_added") == 2


def test_the_questions_are_of_this_house_and_ask_for_verification(user, login):
    client = login(user)
    first = made(client)
    asked = client.post(ASK_MAKE, {"name": "x", "present": PASSWORD}).json()
    assert asked["rp"] == {"id": "shop.example.vn", "name": "Đơn Nhanh"}
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert [row["id"] for row in asked["excludeCredentials"]] == [
        json.loads(first.make(asked))["id"]
    ]
    assert str(user.pk) not in asked["user"]["id"]
    opening = Client().post(ASK_OPEN).json()
    assert (opening["rpId"], opening["userVerification"]) == ("shop.example.vn", "required")
    assert opening["allowCredentials"] == []


@pytest.mark.parametrize("typed", [{"present": "sai"}, {}, {"present": PASSWORD, "name": ""}])
def test_an_open_screen_is_not_enough_to_make_or_remove_one(user, login, typed):
    client = login(user)
    made(client)
    answer = client.post(ASK_MAKE, {"name": "Của kẻ khác"} | typed)
    assert (answer.status_code, bool(answer.json()["message"])) == (422, True)
    if "name" not in typed:
        client.post(reverse("web:passkey_remove", args=[Passkey.objects.get().pk]), typed)
    assert Passkey.objects.count() == 1


def test_one_without_password_lets_in_as_a_password_does(user, login):
    key = made(login(user))
    client = Client(headers={"user-agent": "Trình duyệt X"})
    before = client.session.session_key
    answer = opened(client, key, next="/orders/")
    assert answer.headers["Location"] == "/orders/"
    assert is_in(client) and client.session.session_key != before
    place = KnownSession.objects.get(session_key=client.session.session_key)
    assert (place.user, place.agent) == (user, "Trình duyệt X")
    assert "user.logged_in" in names_told(user)
    assert opened(Client(), key, next="https://evil.example/").headers["Location"] == "/"


def test_a_verified_passkey_needs_no_code_of_the_app(user, login):
    turned_on(user)
    key = made(login(user))
    client = Client()
    opened(client, key)
    assert is_in(client)


def test_after_the_password_it_stands_in_for_the_code_and_only_ones_own(user, user_factory, login):
    turned_on(user)
    key, foreign = made(login(user)), made(login(user_factory("owner")))
    client = Client()
    assert password_step(client, user, next="/orders/").headers["Location"] == CODE
    page = client.get(CODE).content.decode()
    assert 'name="code"' in page and 'data-passkey="open"' in page
    assert len(client.post(ASK_OPEN).json()["allowCredentials"]) == 1
    assert opened(client, foreign).headers["Location"] == CODE
    assert not is_in(client)
    assert opened(client, key).headers["Location"] == "/orders/"
    other = Client()
    password_step(other, user)
    other.post(CODE, {"code": code_of(user)})
    assert is_in(other)


def test_a_password_alone_still_opens_for_who_has_a_passkey_unless_the_role_asks(
    user, user_factory, login
):
    made(login(user))
    client = Client()
    password_step(client, user)
    assert is_in(client)
    roles.ask_second_factor("sales", True, by=user_factory("owner"))
    client = Client()
    assert password_step(client, user).headers["Location"] == CODE
    assert 'name="code"' not in client.get(CODE).content.decode()


def test_a_role_that_asks_for_a_second_factor_is_content_with_a_passkey(user, user_factory, login):
    roles.ask_second_factor("sales", True, by=user_factory("owner"))
    client = Client()
    password_step(client, user)
    assert client.get("/orders/").headers["Location"] == reverse("web:second_factor")
    assert client.get(ACCOUNT).status_code == 200
    made(client)
    assert client.get("/orders/").status_code == 200
    row = Passkey.objects.get()
    client.post(reverse("web:passkey_remove", args=[row.pk]), {"present": PASSWORD})
    assert Passkey.objects.exists()
    turned_on(user)
    client.post(reverse("web:passkey_remove", args=[row.pk]), {"present": PASSWORD})
    assert not Passkey.objects.exists()
    assert "user.passkey_removed" in names_told(user)


def test_a_question_is_answered_once_in_its_own_session_and_in_time(user, login, frozen):
    maker = login(user)
    key = made(maker)
    client = Client()
    answer = key.open(client.post(ASK_OPEN).json())
    other = Client()
    other.post(ASK_OPEN)
    other.post(OPEN, {"answer": answer})
    assert not is_in(other)
    client.post(OPEN, {"answer": "{}"})
    client.post(OPEN, {"answer": answer})
    assert not is_in(client)
    late = key.open(client.post(ASK_OPEN).json())
    frozen.shift(timedelta(seconds=301))
    client.post(OPEN, {"answer": late})
    assert not is_in(client)
    asked = maker.post(ASK_MAKE, {"name": "x", "present": PASSWORD}).json()
    maker.post(OPEN, {"answer": key.open(asked)})
    assert Passkey.objects.count() == 1
    fresh = Client()
    opened(fresh, key)
    assert is_in(fresh)


@pytest.mark.parametrize("fault", ["origin", "house", "unverified", "signature", "handle", "key"])
def test_an_answer_that_does_not_fit_opens_nothing(user, user_factory, login, fault):
    key = made(login(user))
    if fault == "origin":
        key.origin = "https://shop.example.vn.evil.example"
    elif fault == "house":
        key.rp = "evil.example"
    elif fault == "unverified":
        key.flags = PRESENT
    elif fault == "handle":
        key.handle = passkeys._handle(user_factory("owner"))
    elif fault == "key":
        key.id = bytes(32)
    else:
        key.key = Authenticator(ORIGIN).key
    client = Client()
    assert opened(client, key).headers["Location"] == LOGIN
    assert not is_in(client)
    assert "thử lại" in client.get(LOGIN).content.decode()
    assert Passkey.objects.get().last_used_at is None


@pytest.mark.parametrize("fault", ["origin", "unverified", "challenge"])
def test_a_key_made_elsewhere_or_without_verification_is_not_kept(user, login, fault):
    client, key = login(user), Authenticator(ORIGIN)
    asked = client.post(ASK_MAKE, {"name": "x", "present": PASSWORD}).json()
    if fault == "origin":
        key.origin = "http://shop.example.vn"
    elif fault == "unverified":
        key.flags = PRESENT
    else:
        asked["challenge"] = "AAAA"
    client.post(MAKE, {"answer": key.make(asked)})
    assert not Passkey.objects.exists()


@pytest.mark.parametrize(
    "answer", ["", "x" * 20_001, "[]", "{}", '{"rawId": 5}', "null", '{"rawId":"!"}']
)
def test_rubbish_is_refused_in_words(user, login, answer):
    client = login(user)
    client.post(ASK_MAKE, {"name": "x", "present": PASSWORD})
    assert client.post(MAKE, {"answer": answer}).headers["Location"] == ACCOUNT
    stranger = Client()
    stranger.post(ASK_OPEN)
    assert stranger.post(OPEN, {"answer": answer}).headers["Location"] == LOGIN
    assert not Passkey.objects.exists()


def test_a_copied_key_is_refused_and_told(user, login):
    key = made(login(user))
    opened(Client(), key)
    key.count -= 1
    client = Client()
    opened(client, key)
    assert not is_in(client)
    event = timeline_of("user", user.pk).get(name="user.passkey_copied")
    assert event.data == {"name": "Điện thoại", "kept": 1, "heard": 1}
    assert Passkey.objects.get().sign_count == 1


def test_a_key_that_does_not_count_is_taken_every_time(user, login):
    key = made(login(user), counts=False)
    for _time in range(2):
        client = Client()
        opened(client, key)
        assert is_in(client)


def test_many_wrong_answers_close_the_door_as_wrong_passwords_do(user, login):
    key = made(login(user))
    right = key.key
    key.key = Authenticator(ORIGIN).key
    for _time in range(throttle.LIMIT):
        opened(Client(), key)
    key.key = right
    client = Client()
    opened(client, key)
    assert not is_in(client)
    assert "Sai quá nhiều lần" in password_step(client, user).content.decode()
    assert names_told(user).count("user.locked_out") == 1


def test_a_stopped_user_does_not_get_in(user, login):
    key = made(login(user))
    User.objects.update(is_active=False)
    client = Client()
    opened(client, key)
    assert not is_in(client)


def test_the_owner_removes_them_for_who_lost_them(user, owner_client):
    client = Client()
    client.force_login(user)
    made(client)
    page = reverse("web:user", args=[user.pk])
    assert "Điện thoại" in owner_client.get(page).content.decode()
    owner_client.post(reverse("web:user_factor_off", args=[user.pk]))
    assert not Passkey.objects.exists()
    assert "user.passkey_removed" in names_told(user)


def test_another_users_passkey_is_not_found(user, owner_client, login):
    made(login(user))
    remove = reverse("web:passkey_remove", args=[Passkey.objects.get().pk])
    assert owner_client.post(remove, {"present": PASSWORD}).status_code == 404


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://shop.example.vn", False),
        ("http://localhost:8000", True),
        ("https://shop.example.vn", True),
        ("https://[::1]:8000", False),
    ],
)
def test_an_address_that_browsers_refuse_is_told_instead(owner_client, settings, address, possible):
    settings.OMS_PUBLIC_URL = address
    assert passkeys.are_possible() is possible
    assert ("OMS_PUBLIC_URL" in owner_client.get(ACCOUNT).content.decode()) is not possible
    assert ('data-passkey="open"' in Client().get(LOGIN).content.decode()) is possible


def test_removing_all_tells_each_and_a_repeat_nothing(user, login):
    made(login(user))
    for _time in range(2):
        passkeys.remove_all(user, actor=Actor.user(user))
    assert names_told(user).count("user.passkey_removed") == 1
    assert not second_factor.has_protection(user)
