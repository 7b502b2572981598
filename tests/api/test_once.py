"""Idempotency-Key: the same call again is answered as the first time, and nothing is done twice."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from inventory.models import Variant
from oms.accounts.models import ApiAnswer, ApiKey, User
from oms.accounts.services.api_answers import KEPT, remove_old_answers
from oms.accounts.services.api_keys import make_key
from oms.kernel.clock import now
from orders.models import BulkRun, Order
from tests.api.calls import call, signed_headers
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
ORDERS, CONFIRM = "/api/v1/orders/", "/api/v1/actions/confirm/"


@pytest.fixture
def key(user_factory: Callable[..., User]) -> ApiKey:
    user = user_factory("sales")
    return make_key("Website A", user.pk, by=user)


@pytest.fixture
def sent() -> dict[str, object]:
    put(make_variant("AO-01"), make_warehouse(), 50)
    return {
        "reference": "1001", "name": "Trần Văn Đức", "phone": "0912345678", "cod": True,
        "street": "12 Lê Lợi", "ward": "Phường Tân Định", "province": "Hồ Chí Minh",
        "lines": [{"sku": "AO-01", "quantity": 2, "unit_price_vnd": 90_000}],
    }  # fmt: skip


def test_the_same_key_and_body_get_the_first_answer_again(key, sent):
    first = call(key, "POST", ORDERS, sent, once="a-1")
    again = call(key, "POST", ORDERS, sent, once="a-1")
    assert [first.status_code, again.status_code] == [201, 201]
    assert again.json() == first.json()
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (
        None,
        "true",
    )
    assert call(key, "POST", ORDERS, sent, once="a-2").status_code == 200
    assert Order.objects.count() == 1


def test_the_same_key_with_another_body_or_address_is_refused_and_does_nothing(key, sent):
    call(key, "POST", ORDERS, sent, once="a-1")
    for address, data in ((ORDERS, sent | {"reference": "1002"}), (CONFIRM, sent)):
        refused = call(key, "POST", address, data, once="a-1")
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "api.key_reused")
    assert Order.objects.count() == 1


def test_a_refusal_is_the_answer_of_its_key_too(key, sent):
    bad = sent | {"lines": []}
    answers = [call(key, "POST", ORDERS, bad, once="a-1") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert not Order.objects.exists()


def test_a_fault_of_ours_keeps_no_answer(key, sent, monkeypatch):
    def broken(*_args: object, **_rest: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr("oms.api.orders.place_orders", broken)
        with pytest.raises(RuntimeError):
            call(key, "POST", ORDERS, sent, once="a-1")
    assert not ApiAnswer.objects.exists()
    assert call(key, "POST", ORDERS, sent, once="a-1").status_code == 201


def test_keys_are_told_apart_by_the_api_key_that_sends_them(key, sent, user_factory):
    user = user_factory("sales", "second")
    other = make_key("Website B", user.pk, by=user)
    answers = [call(by, "POST", ORDERS, sent, once="a-1") for by in (key, other)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Order.objects.count() == 2


def test_the_signature_holds_the_key_in_place(key, sent):
    body = json.dumps(sent).encode()
    headers = signed_headers(key, "POST", ORDERS, body, once="a-1")
    for forged in ({"HTTP_IDEMPOTENCY_KEY": "a-2"}, {"HTTP_IDEMPOTENCY_KEY": ""}):
        assert call(key, "POST", ORDERS, sent, **headers | forged).status_code == 401
    del headers["HTTP_IDEMPOTENCY_KEY"]
    assert call(key, "POST", ORDERS, sent, **headers).status_code == 401
    assert not Order.objects.exists()


@pytest.mark.parametrize("wrong", ["a b", "x" * 101, "chữ"])
def test_a_key_is_a_short_plain_word(key, sent, wrong):
    refused = call(key, "POST", ORDERS, sent, once=wrong)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "api.key_form")
    assert not Order.objects.exists()


def test_a_key_is_free_again_after_its_time_and_swept_at_night(key, sent):
    begun = now()
    call(key, "POST", ORDERS, sent, once="a-1")
    with time_machine.travel(begun + KEPT - timedelta(minutes=1)):
        remove_old_answers()
        assert call(key, "POST", ORDERS, sent, once="a-1").status_code == 201
    with time_machine.travel(begun + KEPT + timedelta(minutes=1)):
        # Not swept yet: free all the same, and kept anew.
        assert call(key, "POST", ORDERS, sent, once="a-1").status_code == 200
        remove_old_answers()
        assert ApiAnswer.objects.count() == 1
    with time_machine.travel(begun + 2 * KEPT + timedelta(minutes=2)):
        remove_old_answers()
        assert not ApiAnswer.objects.exists()


def test_an_action_is_begun_once_for_a_key(key, sent):
    order = place((Variant.objects.get(sku="AO-01"), 1))
    asked = {"orders": [order.pk]}
    answers = [call(key, "POST", CONFIRM, asked, once="run") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert BulkRun.objects.exclude(job=None).count() == 1
