"""What every carrier must do, over real HTTP against a server that speaks its protocol."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.sandbox.run import Sandbox, running_sandbox
from shipping.carriers.ghn.connector import connect
from shipping.models import PackageStatus
from shipping.ports import Carrier, Parcel, ParcelItem, Party


@dataclass
class Line:
    """A carrier, the server behind it, and how its protocol names things."""

    carrier: Carrier
    sandbox: Sandbox
    name: str
    create_path: str
    find_path: str
    read_path: str
    move: Callable[[str, str], None]

    def fault(self, kind: str, path: str, **options: object) -> None:
        self.sandbox.control(self.name, "POST", "faults", {"kind": kind, "path": path, **options})

    def kept(self) -> int:
        state = self.sandbox.control(self.name, "GET", "state?collection=orders")
        return len(state.get("orders", {}))


@pytest.fixture(params=["ghn"])
def line(request, tmp_path, db, redis_clean) -> Iterator[Line]:
    with running_sandbox(tmp_path, [request.param]) as sandbox:
        credentials = sandbox.credentials()["ghn"]
        carrier = connect(
            token=credentials["token"],
            shop_id=str(credentials["shop_id"]),
            account="contract",
            base_url=sandbox.url("ghn"),
        )

        def move(tracking_number: str, status: str) -> None:
            body = {"order_code": tracking_number, "status": status}
            sandbox.control("ghn", "POST", "walk", body)

        yield Line(
            carrier,
            sandbox,
            "ghn",
            "*/shipping-order/create",
            "*/detail-by-client-code",
            "*/shipping-order/detail",
            move,
        )


PARCEL = Parcel(
    reference="DH-26-000123-7KQ2",
    service_code="2",
    receiver=Party("Khách A", "0901234567", "12 đường số 3", "Phường Tân Định", "", "Hồ Chí Minh"),
    weight_g=800,
    length_cm=20,
    width_cm=15,
    height_cm=10,
    cod_vnd=650_000,
    declared_vnd=650_000,
    fee_payer="shop",
    inspection_note="look",
    items=(ParcelItem("Áo thun", "AT-01", 2, 325_000, 400),),
)


def test_a_quote_has_a_fee_and_a_day_and_stores_nothing(line) -> None:
    quotes = line.carrier.quote(PARCEL)
    assert quotes
    assert all(quote.fee_vnd > 0 and quote.expected_at for quote in quotes)
    assert line.kept() == 0


def test_booking_twice_under_one_reference_is_one_parcel(line) -> None:
    first, second = line.carrier.book(PARCEL), line.carrier.book(PARCEL)
    assert first.tracking_number == second.tracking_number
    assert line.kept() == 1


def test_what_is_booked_is_found_by_our_reference(line) -> None:
    booked = line.carrier.book(PARCEL)
    found = line.carrier.find(PARCEL.reference)
    assert found is not None
    assert found.tracking_number == booked.tracking_number


def test_what_was_never_booked_is_not_found(line) -> None:
    assert line.carrier.find("never-booked") is None


@pytest.mark.parametrize(
    ("fault", "options", "maybe_done", "kept"),
    [
        ("timeout_before_work", {}, True, 0),
        ("timeout_after_work", {}, True, 1),
        ("status_5xx", {}, True, 0),
        ("status_5xx", {"after_work": True}, True, 1),
        ("garbled_json", {}, True, 1),
        ("rate_limit", {}, False, 0),
    ],
)
def test_a_booking_without_an_answer_is_unreachable_never_refused(
    line, fault, options, maybe_done, kept
) -> None:
    line.fault(fault, line.create_path, **options)
    with pytest.raises(ServiceUnreachable) as lost:
        line.carrier.book(PARCEL)
    assert lost.value.maybe_done is maybe_done
    assert line.kept() == kept
    found = line.carrier.find(PARCEL.reference)
    assert (found is not None) is bool(kept)


@pytest.mark.parametrize(
    "fault", ["timeout_before_work", "timeout_after_work", "status_5xx", "garbled_json"]
)
def test_a_failed_look_up_is_not_a_no(line, fault) -> None:
    line.carrier.book(PARCEL)
    line.fault(fault, line.find_path, times=3)
    with pytest.raises(ServiceUnreachable):
        line.carrier.find(PARCEL.reference)


def test_reads_survive_one_bad_answer(line) -> None:
    line.carrier.book(PARCEL)
    line.fault("status_5xx", line.find_path, times=1)
    assert line.carrier.find(PARCEL.reference) is not None


def test_an_expired_token_is_a_refusal(line) -> None:
    line.fault("expired_token", line.create_path)
    with pytest.raises(ServiceRefused):
        line.carrier.book(PARCEL)
    assert line.kept() == 0


def test_a_bad_phone_is_a_refusal_that_names_the_field(line) -> None:
    with pytest.raises(ServiceRefused) as refusal:
        line.carrier.book(replace(PARCEL, receiver=replace(PARCEL.receiver, phone="12")))
    assert refusal.value.field == "recipient_phone"


def test_the_history_ends_with_the_present_state_in_our_words(line) -> None:
    code = line.carrier.book(PARCEL).tracking_number
    line.move(code, "delivered")
    updates = line.carrier.read(code)
    assert updates[-1].status == PackageStatus.DELIVERED
    assert [u.occurred_at for u in updates] == sorted(u.occurred_at for u in updates)
    assert all(update.known for update in updates)


def test_an_undocumented_status_is_unknown_never_guessed(line) -> None:
    code = line.carrier.book(PARCEL).tracking_number
    line.move(code, "picked")
    line.fault("unknown_status", line.read_path)
    update = line.carrier.read(code)[-1]
    assert (update.known, update.status) == (False, "")


def test_cancelling_works_before_the_pick_up_and_not_after(line) -> None:
    first = line.carrier.book(PARCEL).tracking_number
    assert line.carrier.cancel(first).done
    assert line.carrier.read(first)[-1].status == PackageStatus.CANCELLED
    second = line.carrier.book(replace(PARCEL, reference="other")).tracking_number
    line.move(second, "delivering")
    refused = line.carrier.cancel(second)
    assert not refused.done
    assert refused.message


def test_a_service_that_does_not_exist_there_is_left_out_of_the_quotes(line) -> None:
    codes = {service.code for service in line.carrier.services()}
    assert {quote.service_code for quote in line.carrier.quote(PARCEL)} <= codes
