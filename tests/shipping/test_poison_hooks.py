"""Carriers' messages with the right secret and without sense: kept or refused, never an error."""

import json
from typing import Any

import pytest

from oms.kernel import inbox
from oms.kernel.models import InboxMessage
from shipping.models import CarrierAccount
from tests.shipping.test_ghn_mapping import hook

pytestmark = pytest.mark.usefixtures("redis_clean")
SECRET = "bi-mat-cua-webhook"
DEEP = b'{"DATA":' * 100_000 + b"1" + b"}" * 100_000


def belongs_to(account: CarrierAccount, carrier: str) -> None:
    """Its secret opens the door of this carrier."""
    CarrierAccount.objects.filter(pk=account.pk).update(carrier=carrier)


def viettel(**data: Any) -> bytes:
    told = {"ORDER_NUMBER": "1", "ORDER_STATUS": 200, "ORDER_STATUSDATE": "22/11/2026 10:00:00"}
    return json.dumps({"DATA": {**told, **data}, "TOKEN": SECRET}).encode()


ADDRESSES = {
    "ghn": f"/hooks/ghn/{SECRET}/",
    "viettel_post": "/hooks/viettel_post/",
    "ghtk": f"/hooks/ghtk/?hash={SECRET}",
}
POISONS: dict[str, list[bytes]] = {
    "ghn": [
        hook(OrderCode="A\0B"), hook(OrderCode="A\ud800"), hook(OrderCode="9" * 5_000),
        hook(Reason="a\0b", OrderCode="X1"), hook(OrderCode=["1"], Type=5), b"\xff\xfe", b"", DEEP,
    ],
    "viettel_post": [
        viettel(ORDER_NUMBER="A\0B"), viettel(ORDER_NUMBER="A\ud800"), viettel(NOTE="a\0b"),
        viettel(ORDER_NUMBER="9" * 5_000), viettel(ORDER_NUMBER=["1"]), b"\xff\xfe", b"", DEEP,
        json.dumps({"DATA": 5, "TOKEN": SECRET}).encode(),
        json.dumps({"DATA": {}, "TOKEN": "\ud800"}).encode(),
    ],
    "ghtk": [
        b"label_id=A%00B&status_id=3&action_time=x", b"label_id=%ff%fe&status_id=3",
        b"label_id=" + b"9" * 5_000 + b"&status_id=3&action_time=x", b"\xff\xfe", b"", DEEP,
        b'{"label_id": ["1"], "status_id": null}', b'{"label_id": "\\ud800"}',
    ],
}  # fmt: skip


@pytest.mark.parametrize("carrier", sorted(POISONS))
def test_a_poisoned_message_is_kept_or_refused_and_a_good_one_is_not_held_up(
    client, account, settings, carrier
):
    belongs_to(account, carrier)
    settings.WEBHOOK_MAX_BYTES = 2_000_000
    for body in POISONS[carrier]:
        answer = client.post(ADDRESSES[carrier], body, content_type="application/json")
        assert answer.status_code in (200, 400, 401), body[:80]
    inbox.process_waiting()
    rows = InboxMessage.objects.filter(processed_at=None)
    assert not rows.filter(next_attempt_at=None).exists()
    assert not rows.filter(last_error="").exists()


@pytest.mark.parametrize("carrier", sorted(POISONS))
def test_a_body_of_five_megabytes_is_refused_unread(client, account, carrier):
    belongs_to(account, carrier)
    body = b'{"a": "' + b"x" * 5_000_000 + b'"}'
    answer = client.post(ADDRESSES[carrier], body, content_type="application/json")
    assert answer.status_code == 413
    assert not InboxMessage.objects.exists()


def test_a_reason_with_nul_still_moves_its_parcel(client, booked):
    body = hook(Status="picked", OrderCode="LX7ABC", Reason="a\0b")
    assert client.post(ADDRESSES["ghn"], body, content_type="application/json").status_code == 200
    inbox.process_waiting()
    booked.refresh_from_db()
    assert booked.status == "in_transit"
    assert InboxMessage.objects.get().processed_at is not None
