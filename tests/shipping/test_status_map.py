"""C-46: carriers' codes are data: shown raw, changed on a page, applied to the past on demand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from oms.kernel.models import Event, Job
from orders.models import Order, OrderProblem
from orders.selectors.attention import with_deadlines
from shipping.models import Package, StatusOverride
from shipping.ports import Meaning, TrackingUpdate, carrier_kinds, told
from shipping.services import status_map
from shipping.services.tracking import apply_event
from tests.shipping.conftest import ACTOR

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


def report(package: Package, raw: str, hours: int, meaning: Meaning | None = None) -> None:
    update = TrackingUpdate(
        tracking_number=package.tracking_number,
        reference=package.reference,
        kind="status",
        occurred_at=NOON + timedelta(hours=hours),
        **told(raw, meaning),
    )
    apply_event(package.pk, update)
    package.refresh_from_db()


def edit_url(code: str, carrier: str = "ghn") -> str:
    return reverse("shipping:status_edit", args=[carrier], query={"code": code})


def saved(client: Any, code: str, **data: str) -> Any:
    return client.post(edit_url(code), data)


def test_c46_an_unknown_code_is_a_problem_that_leads_to_the_editor(
    booked, owner, owner_client
) -> None:
    report(booked, "delivered_2", 1)
    assert booked.status == "released"
    problem = OrderProblem.objects.get(resolved_at=None)
    [case] = with_deadlines([problem], owner)
    assert (case.fix_url, case.fix_label) == (edit_url("delivered_2"), "Đặt nghĩa cho mã")
    page = owner_client.get(reverse("shipping:package_detail", args=[booked.pk])).content.decode()
    assert "delivered_2" in page and edit_url("delivered_2") in page
    listed = owner_client.get(reverse("shipping:carrier_statuses", args=["ghn"]))
    assert listed.context["rows"][0].raw_status == "delivered_2"
    assert "Chưa có nghĩa" in listed.content.decode()
    assert "Mã này chưa có nghĩa" in owner_client.get(case.fix_url).content.decode()


def test_a_problem_of_another_kind_or_without_permission_leads_to_its_order(
    booked, owner, user_factory
) -> None:
    report(booked, "x9", 1)
    problem = OrderProblem.objects.get(resolved_at=None)
    order_page = reverse("orders:detail", args=[problem.order_id])
    [case] = with_deadlines([problem], user_factory("sales"))
    assert case.fix_url == order_page
    problem.data = {}
    assert with_deadlines([problem], owner)[0].fix_url == order_page


def test_c46_a_meaning_counts_from_the_next_report_and_is_on_record(booked, owner_client) -> None:
    assert saved(owner_client, "delivering", status="in_transit", problem="").status_code == 302
    report(booked, "delivering", 1, Meaning("out_for_delivery"))
    assert (booked.status, booked.raw_status) == ("in_transit", "delivering")
    event = Event.objects.get(name="status_map.saved")
    assert event.data["text"] == "ghn delivering"
    assert event.data["changes"]["status"] == [None, "in_transit"]
    # Another carrier's code of the same name is its own.
    assert not StatusOverride.objects.filter(carrier="ghtk").exists()
    owner_client.post(edit_url("delivering"), {"status": "", "problem": "", "forget": "1"})
    report(booked, "delivering", 2, Meaning("out_for_delivery"))
    assert booked.status == "out_for_delivery"
    assert Event.objects.filter(name="status_map.forgotten").count() == 1


def test_c46_the_past_is_read_anew_on_demand(booked, owner_client, order) -> None:
    """Delivered under an unknown code: nothing moves until somebody says so, then all of it."""
    report(booked, "delivering", 1, Meaning("out_for_delivery"))
    report(booked, "giao_xong", 2)
    saved(owner_client, "giao_xong", status="delivered", problem="")
    booked.refresh_from_db()
    assert booked.status == "out_for_delivery"
    answer = saved(owner_client, "giao_xong", status="delivered", problem="", again="1")
    job = Job.objects.get(kind=status_map.KIND)
    assert (answer["Location"], job.total) == (reverse("web:job", args=[job.pk]), 1)
    for _again in range(2):
        status_map.run_reapply(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.failed) == ("done", 1, 0)
    booked.refresh_from_db()
    order.refresh_from_db()
    assert (booked.status, booked.cod_status) == ("delivered", "collected")
    assert order.fulfillment_status == Order.Fulfillment.DELIVERED
    assert not OrderProblem.objects.filter(resolved_at=None).exists()
    assert booked.tracking_events.get(raw_status="giao_xong").known


def test_c46_the_newest_report_brings_its_problem_when_read_anew(booked, order) -> None:
    report(booked, "khach_hen", 2)
    status_map.save_meaning(
        "ghn", "khach_hen", Meaning("delivery_failed", "delivery_failed"), actor=ACTOR
    )
    job = status_map.start_reapply("ghn", "khach_hen", actor=ACTOR)
    status_map.run_reapply(job.pk)
    [problem] = order.problems.filter(resolved_at=None)
    assert problem.kind == OrderProblem.Kind.DELIVERY_FAILED


def test_c46_a_parcel_that_cannot_go_back_stays_and_the_job_says_so(booked, order) -> None:
    report(booked, "delivered", 2, Meaning("delivered"))
    status_map.save_meaning("ghn", "delivered", Meaning("in_transit"), actor=ACTOR)
    job = status_map.start_reapply("ghn", "delivered", actor=ACTOR)
    status_map.run_reapply(job.pk)
    job.refresh_from_db()
    [row] = job.rows.all()
    assert (job.done, job.failed, row.ok) == (0, 1, False)
    assert "không lùi" in row.message
    booked.refresh_from_db()
    assert booked.status == "delivered"
    assert booked.tracking_events.get().status == "delivered"


@pytest.mark.parametrize("code", ["released", "packed", "nonsense"])
def test_our_own_steps_are_no_meaning_of_a_carriers_code(db, owner_client, code) -> None:
    assert saved(owner_client, "picking", status=code, problem="").status_code == 422
    assert not StatusOverride.objects.exists()


def test_the_map_is_for_who_may_change_it_and_for_known_carriers(
    user_factory, login, owner_client
) -> None:
    assert login(user_factory("warehouse")).get(edit_url("x")).status_code == 403
    assert owner_client.get(edit_url("x", "vnpost")).status_code == 404
    assert owner_client.get(reverse("shipping:status_edit", args=["ghn"])).status_code == 404
    for kind in carrier_kinds():
        page = owner_client.get(reverse("shipping:carrier_statuses", args=[kind.code]))
        assert {row.raw_status for row in page.context["rows"]} == set(kind.statuses)


def test_every_code_of_every_carrier_has_words_that_stand_beside_it(booked, owner_client) -> None:
    for kind in carrier_kinds():
        assert [raw for raw, meaning in kind.statuses.items() if not meaning.words] == []
    Package.objects.filter(pk=booked.pk).update(carrier_code="ghtk", raw_status="2")
    listed = owner_client.get(reverse("shipping:package_list")).content.decode()
    assert '<small class="muted">2 Đã tiếp nhận</small>' in listed
    card = owner_client.get(reverse("shipping:package_detail", args=[booked.pk])).content.decode()
    assert "Đã tiếp nhận (2)" in card
    codes = owner_client.get(reverse("shipping:carrier_statuses", args=["ghtk"])).content.decode()
    assert "Đã tiếp nhận" in codes
