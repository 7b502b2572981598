"""PRODUCT A-51: the supplier gets a mail and answers through its link, forged ones tell nothing."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from inventory.models import (
    PurchaseMail,
    PurchaseOrder,
)
from inventory.services import purchase_mail
from oms.kernel.clock import now, today
from oms.kernel.redis import redis_client
from tests.inventory.makers import ACTOR, make_variant, make_warehouse
from tests.inventory.purchases import make_supplier, order_goods

pytestmark = pytest.mark.django_db

# A number that nothing else on a page is made of.
PRICE = 73_917


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters and rate limits start at nothing."""


@pytest.fixture
def place():
    return make_warehouse()


@pytest.fixture
def mailed(place, django_capture_on_commit_callbacks):
    supplier = make_supplier(email="may@example.com")
    order = order_goods(place, (make_variant("AO-1"), 7, PRICE), supplier=supplier)
    with django_capture_on_commit_callbacks():
        return purchase_mail.queue_mail(order.pk, key="form-1", actor=ACTOR)


def test_a51_the_supplier_gets_one_mail_with_the_paper_and_a_link(mailed):
    assert purchase_mail.queue_mail(mailed.order_id, key="form-1", actor=ACTOR) == mailed
    assert purchase_mail.send_mail(mailed.pk)
    assert not purchase_mail.send_mail(mailed.pk)
    [sent] = mail.outbox
    assert sent.to == ["may@example.com"]
    [(name, paper, kind)] = sent.attachments
    assert (name, kind, paper[:4]) == (f"{mailed.order.number}.pdf", "application/pdf", b"%PDF")
    assert reverse("inventory:supplier_answer", args=[purchase_mail.token(mailed)]) in sent.body
    mailed.refresh_from_db()
    assert (mailed.status, mailed.sent_at is not None) == ("sent", True)


def test_a51_the_button_sends_once_however_often_it_is_pressed(
    owner_client, place, eager, django_capture_on_commit_callbacks
):
    supplier = make_supplier(email="may@example.com")
    order = order_goods(place, (make_variant(), 1, 100), supplier=supplier)
    address = reverse("inventory:purchase_send", args=[order.pk])
    for _n in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert owner_client.post(address, {"key": "form-9"}).status_code == 302
    assert len(mail.outbox) == 1
    assert PurchaseMail.objects.get().status == "sent"
    mute = order_goods(place, (make_variant(), 1, 100))
    address = reverse("inventory:purchase_send", args=[mute.pk])
    assert owner_client.post(address, {"key": "form-8"}).status_code == 422


def test_a51_a_draft_proposal_is_sent_before_it_is_ordered(place):
    supplier = make_supplier(email="may@example.com")
    draft = order_goods(place, (make_variant(), 1, 100), supplier=supplier, confirm=False)
    sent = purchase_mail.queue_mail(draft.pk, key="form-7", actor=ACTOR)
    purchase_mail.answer_purchase(sent.pk, answer="short", note="chỉ còn 20")
    draft.refresh_from_db()
    assert (draft.status, draft.answer, draft.answer_note) == ("draft", "short", "chỉ còn 20")


def test_a51_a_mail_server_that_refuses_leaves_a_failed_mail_to_send_again(mailed, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    assert not purchase_mail.send_mail(mailed.pk)
    mailed.refresh_from_db()
    assert (mailed.status, "Refused" in mailed.error) == ("failed", True)


def test_a51_what_no_worker_heard_of_is_swept(mailed):
    assert purchase_mail.send_waiting() == 0
    PurchaseMail.objects.update(created_at=now() - 2 * purchase_mail.SWEPT_AFTER)
    assert purchase_mail.send_waiting() == 1


def test_a51_the_supplier_answers_through_the_link_without_an_account(mailed):
    stranger = Client(enforce_csrf_checks=True)
    address = reverse("inventory:supplier_answer", args=[purchase_mail.token(mailed)])
    page = stranger.get(address)
    text = page.content.decode()
    assert "AO-1" in text
    assert "73.917" not in text
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', text)
    assert token is not None
    late = {"csrfmiddlewaretoken": token[1], "answer": "late", "note": "kẹt vải"}
    for day in ("", "2020-01-01", "mai"):
        assert stranger.post(address, late | {"answer_on": day}).status_code == 422
    done = stranger.post(address, late | {"answer_on": today().isoformat()})
    assert done.status_code == 200
    order = PurchaseOrder.objects.get()
    assert (order.answer, order.answer_on, order.expected_on) == ("late", today(), today())
    assert page.headers["Cache-Control"] == "no-store"


def test_a51_a_forged_or_old_link_and_a_closed_order_tell_nothing(mailed, owner_client):
    token = purchase_mail.token(mailed)
    for bad in (token[:-1] + ("A" if token[-1] != "A" else "B"), "1:x:y", str(mailed.pk)):
        answer = Client().get(reverse("inventory:supplier_answer", args=[bad]))
        assert (answer.status_code, "AO-1" in answer.content.decode()) == (404, False)
    address = reverse("inventory:supplier_answer", args=[token])
    PurchaseOrder.objects.update(status="cancelled")
    assert Client().post(address, {"answer": "confirmed"}).status_code == 422
    PurchaseMail.objects.update(expires_at=now())
    assert Client().get(address).status_code == 404


def test_a51_the_link_cannot_be_tried_without_end(settings):
    settings.PUBLIC_PAGE_BURST = 3.0
    address = reverse("inventory:supplier_answer", args=["x"])
    answers = [Client().get(address).status_code for _n in range(4)]
    assert answers == [404, 404, 404, 429]
    assert redis_client().keys("rate:supplier:*")
