"""What every carrier must do, over real HTTP against a server that speaks its protocol.

A-68, A-69, A-74, A-77: create, fee, cancel, track, label; a lost answer never makes two parcels.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from oms.kernel import http
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.redis import redis_client
from shipping.models import PackageStatus
from shipping.ports import Ability, AlreadyBooked
from tests.contracts.carriers import LINES, SECRET, Line, line_of

WRITES = ("cancel", "edit_cod", "edit_receiver", "redeliver", "send_back")
NO_ANSWER: dict[str, tuple[str, dict[str, object]]] = {
    "time-out before": ("timeout_before_work", {}),
    "time-out after": ("timeout_after_work", {}),
    "5xx before": ("status_5xx", {}),
    "5xx after": ("status_5xx", {"after_work": True}),
    "garbled": ("garbled_json", {}),
    "rate limit": ("rate_limit", {}),
}
AFTER = {
    "cancel": {PackageStatus.CANCELLED},
    "redeliver": {PackageStatus.IN_TRANSIT, PackageStatus.OUT_FOR_DELIVERY},
    "send_back": {PackageStatus.RETURNING},
}
NOT_DONE = ("time-out before", "5xx before", "rate limit")


@pytest.fixture(scope="module", params=sorted(LINES))
def server(request, tmp_path_factory) -> Iterator[Line]:
    with line_of(request.param, tmp_path_factory.mktemp(request.param)) as line:
        yield line


@pytest.fixture
def line(server, db, redis_clean, monkeypatch) -> Line:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0)
    server.clear()
    return server


def reads(line: Line, code: str, reference: str) -> dict[str, Callable[[], object]]:
    """The reads that this carrier has, each as a call."""
    carrier = line.carrier
    calls: dict[str, Callable[[], object]] = {
        "quote": lambda: carrier.quote(line.parcel()),
        "find": lambda: carrier.find(reference),
        "read": lambda: carrier.read(code),
        "label": lambda: carrier.label(code),
    }
    return {verb: call for verb, call in calls.items() if verb in line.paths}


def writes(line: Line) -> list[str]:
    return [verb for verb in WRITES if verb in line.paths]


def test_a70_a_quote_has_a_fee_and_a_day_and_stores_nothing(line) -> None:
    parcel = line.parcel()
    quotes = line.carrier.quote(parcel)
    assert quotes
    assert all(quote.fee_vnd > 0 for quote in quotes)
    assert all(quote.expected_at for quote in quotes) is line.gives_day
    line.carrier.book(line.parcel())
    assert line.kept(parcel.reference) == 0


def test_a_service_that_the_route_does_not_have_is_not_quoted(line) -> None:
    far = replace(line.parcel().receiver, ward="Phường Ba Đình", province="Hà Nội")
    near = {quote.service_code for quote in line.carrier.quote(line.parcel())}
    away = {quote.service_code for quote in line.carrier.quote(line.parcel(receiver=far))}
    assert line.service in near & away
    assert all(line.kind.services.get(code, code) for code in near | away)


def test_the_fee_of_a_booking_is_the_fee_that_was_quoted(line) -> None:
    parcel = line.parcel()
    quoted = {quote.service_code: quote.fee_vnd for quote in line.carrier.quote(parcel)}
    assert line.carrier.book(parcel).fee_vnd == quoted[line.service]


def test_a72_the_heavier_of_weight_and_volume_is_charged_by_the_carriers_divisor(line) -> None:
    limits = line.carrier.limits
    divisor = {"ghn": 5, "viettel_post": 6, "ghtk": 6}[line.name]
    assert limits.chargeable_g(800, 20, 15, 10) == max(800, 3_000 // divisor)
    assert limits.chargeable_g(800, 40, 30, 20) == 24_000 // divisor


def test_a73_who_pays_the_fee_reaches_the_carrier(line) -> None:
    name, words = {
        "ghn": ("payment_type_id", (1, 2)),
        "viettel_post": ("ORDER_PAYMENT", (3, 2)),
        "ghtk": ("is_freeship", (1, 0)),
    }[line.name]
    for payer, word in zip(("shop", "receiver"), words, strict=True):
        parcel = line.parcel(fee_payer=payer)
        line.carrier.book(parcel)
        assert line.held(parcel.reference)[name] == word


def test_a_time_for_the_courier_is_offered_and_taken_where_there_is_one(line) -> None:
    """GHN's shifts, GHTK's shifts or its post office; Viettel Post comes by its contract."""
    slots = line.carrier.pickup_slots()
    assert bool(slots) == line.can(Ability.PICKUP)
    assert len({slot.code for slot in slots}) == len(slots) and all(s.label for s in slots)
    if line.name == "ghn":
        taken = line.parcel(pickup_code=slots[-1].code)
        line.carrier.book(taken)
        assert line.held(taken.reference)["pick_shift"] == [int(slots[-1].code)]
    if line.name == "ghtk":
        *shifts, post = slots
        asked, brought = (
            line.parcel(pickup_code=shifts[-1].code),
            line.parcel(pickup_code=post.code),
        )
        line.carrier.book(asked)
        line.carrier.book(brought)
        there = line.held(asked.reference)
        assert f"{there['pick_date']}/{there['pick_work_shift']}" == shifts[-1].code
        assert line.held(brought.reference)["pick_option"] == "post"


def test_a68_a69_booking_twice_under_one_reference_is_one_parcel(line) -> None:
    parcel = line.parcel()
    first = line.carrier.book(parcel)
    try:
        assert line.carrier.book(parcel).tracking_number == first.tracking_number
    except AlreadyBooked:
        assert not line.can(Ability.LOOK_UP)
    assert line.kept(parcel.reference) == 1


def test_what_is_booked_is_found_by_our_reference_or_told_under_it(line) -> None:
    parcel = line.parcel()
    booked = line.carrier.book(parcel)
    if line.can(Ability.LOOK_UP):
        found = line.carrier.find(parcel.reference)
        assert found is not None
        assert found.tracking_number == booked.tracking_number
        assert line.carrier.find("never-booked") is None
    else:
        with pytest.raises(ServiceUnreachable):
            line.carrier.find(parcel.reference)
    [told] = [line.kind.webhook.parse(call.body) for call in line.calls()]
    assert (told.reference, told.tracking_number) == (parcel.reference, booked.tracking_number)


def test_a74_a_booking_without_an_answer_is_unreachable_and_never_makes_a_second(line) -> None:
    for fault, (kind, options) in NO_ANSWER.items():
        parcel = line.parcel()
        line.fault(kind, "book", **options)
        with pytest.raises(ServiceUnreachable) as lost:
            line.carrier.book(parcel)
        assert lost.value.maybe_done is (fault != "rate limit"), fault
        kept = 0 if fault in NOT_DONE else 1
        assert line.kept(parcel.reference) == kept, fault
        if line.can(Ability.LOOK_UP):
            assert (line.carrier.find(parcel.reference) is not None) is bool(kept), fault
        try:
            line.carrier.book(parcel)
        except AlreadyBooked:
            assert kept == 1, fault
        assert line.kept(parcel.reference) == 1, fault
        redis_client().flushdb()  # the breaker has opened


def test_a_read_without_an_answer_is_no_answer(line) -> None:
    parcel = line.parcel()
    code = line.carrier.book(parcel).tracking_number
    for verb, call in reads(line, code, parcel.reference).items():
        for fault, (kind, options) in NO_ANSWER.items():
            line.fault(kind, verb, times=9, **options)
            with pytest.raises(ServiceUnreachable) as lost:
                call()
            assert not lost.value.maybe_done, (verb, fault)
            line.clear()
            redis_client().flushdb()  # the breaker has opened
            call()


def test_a_read_survives_one_bad_answer(line) -> None:
    parcel = line.parcel()
    code = line.carrier.book(parcel).tracking_number
    for verb, call in reads(line, code, parcel.reference).items():
        undisturbed = call()
        line.fault("status_5xx", verb, times=1)
        assert bool(call()) == bool(undisturbed), verb


def test_an_expired_token_is_a_refusal_that_changes_nothing(line) -> None:
    parcel = line.parcel()
    code = line.carrier.book(line.parcel()).tracking_number
    calls = {**reads(line, code, parcel.reference), "book": lambda: line.carrier.book(parcel)}
    calls |= {verb: partial(write, line, verb, code) for verb in writes(line)}
    for verb, call in calls.items():
        line.fault("expired_token", verb, times=9)
        with pytest.raises(ServiceRefused):
            call()
        line.clear()
    assert line.kept(parcel.reference) == 0


def write(line: Line, verb: str, code: str) -> object:
    carrier = line.carrier
    if verb.startswith("edit"):
        there = replace(line.parcel().receiver, phone="0912000111")
        return getattr(carrier, verb)(code, line.parcel(cod_vnd=500_000, receiver=there))
    return getattr(carrier, verb)(code)


def ready_for(line: Line, verb: str) -> str:
    """A parcel in a state in which the carrier grants the wish."""
    code = line.carrier.book(line.parcel()).tracking_number
    if verb in ("redeliver", "send_back"):
        line.move(code, "failed")
    return code


@pytest.mark.parametrize("verb", WRITES)
def test_a_wish_is_granted_once_and_the_state_follows(line, verb) -> None:
    code = ready_for(line, verb)
    if verb not in line.paths:
        refused = write(line, verb, code)
        assert not refused.done
        assert refused.message
        return
    assert write(line, verb, code).done
    if verb in AFTER:
        assert line.reports(code)[-1].status in AFTER[verb]
        assert not write(line, verb, code).done


def test_a_wish_without_an_answer_is_unreachable_and_may_be_repeated(line) -> None:
    for verb in writes(line):
        for fault, (kind, options) in NO_ANSWER.items():
            code = ready_for(line, verb)
            line.fault(kind, verb, **options)
            with pytest.raises(ServiceUnreachable) as lost:
                write(line, verb, code)
            assert lost.value.maybe_done is (fault != "rate limit"), (verb, fault)
            again = write(line, verb, code)
            # What was done is refused or done once more: the parcel is where the wish wanted it.
            assert again.done is (fault in NOT_DONE or verb.startswith("edit")), (verb, fault)
            redis_client().flushdb()  # the breaker has opened


def test_a68_a69_cancelling_works_before_the_pick_up_and_not_after(line) -> None:
    code = line.carrier.book(line.parcel()).tracking_number
    line.move(code, "delivering")
    refused = line.carrier.cancel(code)
    assert not refused.done
    assert refused.message


def test_a_bad_phone_is_a_refusal_that_names_the_field(line) -> None:
    parcel = line.parcel()
    with pytest.raises(ServiceRefused) as refusal:
        line.carrier.book(replace(parcel, receiver=replace(parcel.receiver, phone="12")))
    assert refusal.value.field == "recipient_phone"
    assert line.kept(parcel.reference) == 0


def test_a_place_that_does_not_exist_is_refused_at_its_field(line) -> None:
    parcel = line.parcel()
    nowhere = replace(parcel.receiver, ward="Chẳng đâu cả", province="Hồ Chí Minh")
    with pytest.raises(ServiceRefused) as refusal:
        line.carrier.book(replace(parcel, receiver=nowhere))
    assert refusal.value.field in ("ward", "street")


def test_a_three_level_address_is_taken_too(line) -> None:
    parcel = line.parcel()
    old = replace(
        parcel.receiver, ward="Phường Dịch Vọng", district="Quận Cầu Giấy", province="Hà Nội"
    )
    assert line.carrier.book(replace(parcel, receiver=old)).tracking_number


def test_a77_the_history_ends_with_the_present_state_in_our_words(line) -> None:
    code = line.carrier.book(line.parcel()).tracking_number
    line.move(code, "delivered")
    updates = line.reports(code)
    assert updates[-1].status == PackageStatus.DELIVERED
    assert [u.occurred_at for u in updates] == sorted(u.occurred_at for u in updates)
    assert all(update.known for update in updates)


def test_d4_an_undocumented_status_is_unknown_never_guessed(line) -> None:
    code = line.carrier.book(line.parcel()).tracking_number
    if line.can(Ability.READ):
        line.move(code, "picked")
        line.fault("unknown_status", "read")
        update = line.carrier.read(code)[-1]
        assert (update.known, update.status) == (False, "")
    line.clear()
    line.webhook_fault("unknown_webhook_status")
    line.move(code, "delivering")
    told = [line.kind.webhook.parse(call.body) for call in line.calls()]
    assert [u.raw_status for u in told if not u.known] == ["sandbox_unknown_status"]
    assert {u.status for u in told if not u.known} == {""}


def test_a77_every_message_proves_itself_and_is_kept_without_its_secret(line) -> None:
    code = line.carrier.book(line.parcel()).tracking_number
    line.webhook_fault("duplicate")
    line.move(code, "delivered")
    calls = line.calls()
    reader = line.kind.webhook
    assert {reader.secret(call) for call in calls} == {SECRET}
    assert all(SECRET.encode() not in reader.kept(call.body) for call in calls)
    kept = [reader.kept(call.body) for call in calls]
    assert [reader.parse(body) for body in kept] == [reader.parse(call.body) for call in calls]
    keys = [reader.key(call.body) for call in calls]
    assert len(set(keys)) == len(keys) - 1
    assert reader.parse(kept[-1]).status == PackageStatus.DELIVERED


def test_a_forged_message_has_another_secret(line) -> None:
    code = line.carrier.book(line.parcel()).tracking_number
    line.clear()
    line.webhook_fault("bad_signature")
    line.move(code, "picked")
    secrets = [line.kind.webhook.secret(call) for call in line.calls()]
    assert [secret for secret in secrets if secret != SECRET] == secrets[:1]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"DATA": []}', b"label_id=&status_id=5"])
def test_what_is_no_message_is_refused_and_still_has_a_key(line, body) -> None:
    with pytest.raises(ValueError):
        line.kind.webhook.parse(body)
    assert line.kind.webhook.key(body)


def test_a68_a69_the_carriers_own_label_is_a_page_or_a_document(line) -> None:
    label = line.carrier.label(line.carrier.book(line.parcel()).tracking_number)
    assert label.pdf.startswith(b"%PDF") != label.url.startswith(line.sandbox.url(line.name))


def test_d4_every_state_of_the_server_has_a_meaning_of_ours(line) -> None:
    journey = line.sandbox.partner(line.name).parcels.journey
    assert set(journey.following) <= set(line.kind.statuses)
    meanings = line.kind.statuses.values()
    assert {meaning.status for meaning in meanings} <= {"", *PackageStatus.values}
