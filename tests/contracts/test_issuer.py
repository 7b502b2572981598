"""What every invoice issuer has to do, over real HTTP against the partner's sandbox."""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from invoicing.issuers.sinvoice import client as sinvoice_client
from invoicing.issuers.sinvoice.connector import sinvoice_factory
from invoicing.ports import (
    Buyer,
    Credentials,
    Document,
    DocumentLine,
    DocumentRef,
    Issuer,
    RateTotal,
)
from oms.kernel.breaker import FAILURES_TO_OPEN
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.sandbox.run import Sandbox, running_sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]

CREATE, SEARCH = "*/createInvoice/*", "*/searchInvoiceByTransactionUuid"
FILE, LOGIN = "*/getInvoiceRepresentationFile", "/auth/login"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("sinvoice")
    with running_sandbox(folder, ["sinvoice"]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    running.control("sinvoice", "POST", "reset", {})
    sinvoice_client.TOKENS.tokens.clear()
    sinvoice_client.TOKENS.doubted.clear()
    monkeypatch.setattr(sinvoice_client, "CREATE_TIMEOUT", (1, 2))
    return running


def credentials(sandbox: Sandbox, **changes: Any) -> Credentials:
    given = sandbox.credentials()["sinvoice"]
    who = Credentials(1, "v1", given["tax_code"], given["username"], given["password"])
    return replace(who, **changes)


@pytest.fixture
def issuer(sandbox: Sandbox) -> Issuer:
    return sinvoice_factory(sandbox.url("sinvoice"))(credentials(sandbox))


def fault(sandbox: Sandbox, kind: str, path: str, **options: Any) -> None:
    body = {"kind": kind, "path": path, **options}
    sandbox.control("sinvoice", "POST", "faults", body)


def invoices(sandbox: Sandbox) -> list[dict[str, Any]]:
    return sandbox.partner("sinvoice").db.all("invoices")


def calls(sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    return sandbox.control("sinvoice", "GET", f"calls?path={path}")


def wait_until(is_true: Callable[[], bool], seconds: int = 30) -> None:
    """For a server that is still busy with what we gave up on."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def document(letter: str = "C", **changes: Any) -> Document:
    goods = DocumentLine(
        "goods", "AT-01", "Áo thun", "Cái", 2, Decimal("100000.000000"),
        200_000, 0, 200_000, 8, 16_000, 216_000,
    )  # fmt: skip
    off = DocumentLine(
        "discount", "", "Chiết khấu thương mại", "", 1, Decimal(20_000),
        20_000, 0, 20_000, 8, 1_600, 21_600,
    )  # fmt: skip
    whole = Document(
        reference=str(uuid.uuid4()),
        template_code="1/001",
        series=f"{letter}{now():%y}TAA",
        buyer=Buyer("Bán cho người tiêu dùng", "", "", "", "0912345678", "", takes_invoice=False),
        lines=(goods, off),
        rates=(RateTotal(8, 180_000, 14_400),),
        net_vnd=180_000,
        tax_vnd=14_400,
        total_vnd=194_400,
        discount_vnd=20_000,
        words="Một trăm chín mươi tư nghìn bốn trăm đồng",
        payment_method="TM/CK",
        is_paid=True,
    )
    return replace(whole, **changes)


def ref_of(doc: Document, invoice_no: str = "") -> DocumentRef:
    return DocumentRef(doc.reference, doc.template_code, doc.series, invoice_no)


def test_an_issued_invoice_has_number_and_look_up_code(issuer: Issuer, sandbox: Sandbox) -> None:
    doc = document()
    issued = issuer.issue(doc)
    assert (issued.invoice_no, issued.series, issued.number) == (f"{doc.series}1", doc.series, 1)
    assert issued.reservation_code
    [stored] = invoices(sandbox)
    assert stored["transactionUuid"] == doc.reference


def test_amounts_arrive_as_they_were_computed(issuer: Issuer, sandbox: Sandbox) -> None:
    issuer.issue(document())
    [stored] = invoices(sandbox)
    sums = stored["payload"]["summarizeInfo"]
    assert sums["totalAmountWithoutTax"] == 180_000
    assert sums["totalTaxAmount"] == 14_400
    assert sums["totalAmountWithTax"] == 194_400
    discount = stored["payload"]["itemInfo"][1]
    assert (discount["selection"], discount["isIncreaseItem"]) == (3, False)


def test_a_found_invoice_is_the_issued_one_with_the_issuers_date(
    issuer: Issuer, sandbox: Sandbox
) -> None:
    doc = document()
    issued = issuer.issue(doc)
    found = issuer.find(ref_of(doc))
    assert found is not None
    assert (found.invoice_no, found.reservation_code) == (
        issued.invoice_no,
        issued.reservation_code,
    )
    assert found.issued_at is not None
    assert abs((found.issued_at - now()).total_seconds()) < 60


def test_an_unknown_reference_is_a_firm_no(issuer: Issuer) -> None:
    assert issuer.find(ref_of(document())) is None


def test_the_no_may_also_come_as_http_200(issuer: Issuer, sandbox: Sandbox) -> None:
    fault(sandbox, "error_as_200", SEARCH)
    assert issuer.find(ref_of(document())) is None


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("status_5xx", {"status": 503, "times": 3}),
        # The first may be about the login; then a read and its two retries.
        ("status_5xx", {"status": 500, "times": 4}),
        ("rate_limit", {"times": 3}),
        ("garbled_json", {"times": 3}),
        ("timeout_before_work", {"times": 3}),
        ("expired_token", {"times": 4}),
    ],
)
def test_a_look_up_that_fails_is_not_a_no(
    issuer: Issuer, sandbox: Sandbox, kind: str, options: dict[str, Any]
) -> None:
    doc = document()
    issuer.issue(doc)
    fault(sandbox, kind, SEARCH, **options)
    with pytest.raises(ServiceUnreachable):
        issuer.find(ref_of(doc))


def test_a_refusal_carries_the_vendors_sentence(issuer: Issuer, sandbox: Sandbox) -> None:
    with pytest.raises(ServiceRefused, match="ký hiệu") as refusal:
        issuer.issue(document(series=f"C{now():%y}TZZ"))
    assert refusal.value.code == "INVOICE_SERIAL_NOT_FOUND"
    assert invoices(sandbox) == []


def test_a_refusal_as_http_200_is_a_refusal_too(issuer: Issuer, sandbox: Sandbox) -> None:
    fault(sandbox, "error_as_200", CREATE)
    with pytest.raises(ServiceRefused):
        issuer.issue(document(series=f"C{now():%y}TZZ"))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("timeout_after_work", {}),
        ("status_5xx", {"status": 502, "after_work": True}),
        ("garbled_json", {}),
        ("delay", {"seconds": 3}),
    ],
)
def test_a_lost_answer_leaves_the_outcome_unknown_and_one_invoice(
    issuer: Issuer, sandbox: Sandbox, kind: str, options: dict[str, Any]
) -> None:
    doc = document()
    fault(sandbox, kind, CREATE, **options)
    with pytest.raises(ServiceUnreachable) as silence:
        issuer.issue(doc)
    assert silence.value.maybe_done
    if kind == "delay":
        wait_until(lambda: len(calls(sandbox, "createInvoice/")) == 1)
    assert len(invoices(sandbox)) == 1
    found = issuer.find(ref_of(doc))
    assert found is not None
    assert found.number == 1


def test_a_rate_limited_send_was_not_done(issuer: Issuer, sandbox: Sandbox) -> None:
    fault(sandbox, "rate_limit", CREATE)
    with pytest.raises(ServiceUnreachable) as silence:
        issuer.issue(document())
    assert not silence.value.maybe_done
    assert invoices(sandbox) == []


def test_the_same_reference_sent_again_gives_the_first_invoice(
    issuer: Issuer, sandbox: Sandbox
) -> None:
    doc = document()
    first = issuer.issue(doc)
    again = issuer.issue(doc)
    assert again.invoice_no == first.invoice_no
    assert len(invoices(sandbox)) == 1


@pytest.mark.parametrize("path", [CREATE, SEARCH])
def test_a_login_that_expired_is_renewed_once(issuer: Issuer, sandbox: Sandbox, path: str) -> None:
    issuer.find(ref_of(document()))
    sandbox.control("sinvoice", "DELETE", "calls")
    fault(sandbox, "expired_token", path)
    doc = document()
    issuer.issue(doc)
    assert issuer.find(ref_of(doc)) is not None
    assert len(calls(sandbox, LOGIN)) == 1
    assert len(invoices(sandbox)) == 1


def test_a_500_after_the_work_does_not_make_a_second_invoice(
    issuer: Issuer, sandbox: Sandbox
) -> None:
    fault(sandbox, "status_5xx", CREATE, status=500, after_work=True)
    issued = issuer.issue(document())
    assert issued.number == 1
    assert len(calls(sandbox, "createInvoice/")) == 1
    assert len(invoices(sandbox)) == 1


def test_a_500_and_a_failed_look_up_stay_unknown(issuer: Issuer, sandbox: Sandbox) -> None:
    fault(sandbox, "status_5xx", CREATE, status=500, after_work=True)
    fault(sandbox, "status_5xx", SEARCH, status=503, times=3)
    with pytest.raises(ServiceUnreachable) as silence:
        issuer.issue(document())
    assert silence.value.maybe_done
    assert len(calls(sandbox, "createInvoice/")) == 1


def test_the_login_is_kept_between_calls(issuer: Issuer, sandbox: Sandbox) -> None:
    for _ in range(3):
        issuer.find(ref_of(document()))
    assert len(calls(sandbox, LOGIN)) == 1


def test_an_edited_account_logs_in_afresh(issuer: Issuer, sandbox: Sandbox) -> None:
    issuer.find(ref_of(document()))
    edited = credentials(sandbox, version="v2", password="sai")
    other = sinvoice_factory(sandbox.url("sinvoice"))(edited)
    with pytest.raises(ServiceRefused, match="mật khẩu"):
        other.check_login()


def test_the_code_of_the_tax_authority_may_come_later(issuer: Issuer, sandbox: Sandbox) -> None:
    sandbox.control("sinvoice", "POST", "code_delay", {"seconds": 600})
    doc = document()
    assert issuer.issue(doc).tax_authority_code == ""
    found = issuer.find(ref_of(doc))
    assert found is not None
    assert found.tax_authority_code == ""
    sandbox.control("sinvoice", "POST", "give_code", {"invoiceNo": found.invoice_no})
    found = issuer.find(ref_of(doc))
    assert found is not None
    assert found.tax_authority_code


def test_symbols_with_k_have_no_code(issuer: Issuer) -> None:
    doc = document("K")
    issuer.issue(doc)
    found = issuer.find(ref_of(doc))
    assert found is not None
    assert found.tax_authority_code == ""


def test_the_paper_is_a_pdf_and_may_be_late(issuer: Issuer, sandbox: Sandbox) -> None:
    doc = document()
    issued = issuer.issue(doc)
    fault(sandbox, "empty_file", FILE)
    ref = ref_of(doc, issued.invoice_no)
    assert issuer.pdf(ref) is None
    content = issuer.pdf(ref)
    assert content is not None
    assert content.startswith(b"%PDF")


def test_a_garbled_file_is_not_kept(issuer: Issuer, sandbox: Sandbox) -> None:
    doc = document()
    issued = issuer.issue(doc)
    fault(sandbox, "garbled_json", FILE, times=3)
    with pytest.raises(ServiceUnreachable):
        issuer.pdf(ref_of(doc, issued.invoice_no))


def test_a_preview_issues_nothing(issuer: Issuer, sandbox: Sandbox) -> None:
    assert issuer.preview(document()).startswith(b"%PDF")
    assert invoices(sandbox) == []


def test_a_closed_port_means_nothing_was_sent(sandbox: Sandbox) -> None:
    issuer = sinvoice_factory("http://127.0.0.1:9")(credentials(sandbox))
    with pytest.raises(ServiceUnreachable) as silence:
        issuer.issue(document())
    assert not silence.value.maybe_done


@pytest.mark.parametrize("path", [LOGIN, SEARCH])
def test_an_issuer_that_is_broken_is_left_in_peace(
    issuer: Issuer, sandbox: Sandbox, path: str
) -> None:
    ref = ref_of(document())
    fault(sandbox, "status_5xx", path, status=500, times=20)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(ServiceUnreachable):
            issuer.find(ref)
    # One 500 may be about the login; the same again, with a new login, is trouble.
    asked = FAILURES_TO_OPEN + (path == SEARCH)
    assert len(calls(sandbox, path.strip("*"))) == asked


def test_an_issuer_that_recovered_is_asked_again(issuer: Issuer, sandbox: Sandbox) -> None:
    fault(sandbox, "status_5xx", SEARCH, status=500, times=4)
    with pytest.raises(ServiceUnreachable):
        issuer.find(ref_of(document()))
    assert issuer.find(ref_of(document())) is None
    fault(sandbox, "expired_token", SEARCH)
    assert issuer.find(ref_of(document())) is None
