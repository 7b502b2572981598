"""From ticked parcels to paper: printers of a computer, order of pages, reprints, long prints."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from oms.kernel.errors import DomainError
from oms.kernel.models import Event, Job
from shipping.labels.batch import moved
from shipping.labels.order import ordered
from shipping.labels.papers import PAPERS, Printer
from shipping.labels.stamp import stamped_labels
from shipping.labels.trial import trial_pdf, trial_zpl
from shipping.models import BookingState, Package, PrinterProfile, PrintPart, PrintRun
from shipping.services import print_runs
from shipping.services.labels import confirm_printed
from shipping.services.own_labels import fetch_missing, fetch_own_label
from shipping.services.print_runs import begin_run, draw_run, remove_old_runs
from tests.contracts.carriers import line_of
from tests.labels import codes_on, pages_of, scan_pdf, zpl_images
from tests.shipping.floor import ACTOR, make_shop, waiting
from tests.shipping.test_labels import LABEL

pytestmark = pytest.mark.django_db
MILLIMETRE = 72 / 25.4


@pytest.fixture
def shop():
    return make_shop("A-1", "B-1", "C-1")


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_c55_pages_come_in_the_order_asked(shop, django_assert_max_num_queries) -> None:
    """C-55: by shelf, by SKU, one-piece parcels first, and the stack turned over."""
    mixed, two_b = waiting(shop, B_1=1, C_1=1).pk, waiting(shop, B_1=2).pk
    one_c, one_a = waiting(shop, C_1=1).pk, waiting(shop, A_1=1).pk
    given = [mixed, two_b, one_c, one_a]
    assert ordered(given, "given") == given
    assert ordered(given, "given", is_reversed=True) == given[::-1]
    assert ordered(given, "single") == [one_a, one_c, two_b, mixed]
    assert ordered(given, "sku") == [one_a, two_b, one_c, mixed]
    with django_assert_max_num_queries(2):
        assert ordered(given, "bin") == [one_a, two_b, mixed, one_c]


def test_c53_a_computer_keeps_its_printer_and_another_one_does_not(
    client, login, owner, shop
) -> None:
    """C-53: the page box is the paper of this computer's printer, moved and turned as it needs."""
    package, mine = waiting(shop, A_1=1), login(owner)
    said = {
        "name": "Bàn đóng gói 1",
        "waybill-paper": "75x100",
        "waybill-language": "pdf",
        "waybill-dpi": "203",
        "waybill-rotation": "180",
        "waybill-offset_x": "1.5",
        "waybill-offset_y": "-0.5",
        "waybill-page_order": "bin",
        "waybill-goods": "below",
        "waybill-is_reversed": "on",
        **{f"{kind}-paper": code for kind, code in (("sticker", "50x30"), ("receipt", "k80"))},
        **{f"{kind}-rotation": "0" for kind in ("sticker", "receipt")},
    }
    assert mine.post(reverse("shipping:printers"), said).status_code == 302
    row = PrinterProfile.objects.get(kind="waybill")
    assert (row.paper, row.offset_x, row.offset_y) == ("75x100", 15, -5)
    assert (row.device.name, row.page_order, row.is_reversed) == ("Bàn đóng gói 1", "bin", True)
    assert row.goods == "below"

    answer = mine.get(reverse("shipping:labels_pdf"), {"ids": package.pk})
    [page] = PdfReader(BytesIO(answer.content)).pages
    assert float(page.mediabox.width) == pytest.approx(75 * MILLIMETRE, abs=0.01)
    assert page.rotation == 180
    assert b"1 0 0 1 4.2520 1.4173 cm" in page.get_contents().get_data()

    elsewhere = login(owner)
    page = PdfReader(
        BytesIO(elsewhere.get(reverse("shipping:labels_pdf"), {"ids": package.pk}).content)
    ).pages[0]
    assert float(page.mediabox.width) == pytest.approx(100 * MILLIMETRE, abs=0.01)

    refused = mine.post(reverse("shipping:printers"), said | {"waybill-offset_x": "21"})
    assert refused.status_code == 422
    assert PrinterProfile.objects.get(kind="waybill").offset_x == 15


def test_zpl_is_what_a_computer_gets_that_asked_for_it(owner_client, shop, tmp_path) -> None:
    package = waiting(shop, A_1=1)
    said = {"ids": package.pk, "paper": "a6", "language": "zpl", "page_order": "given"}
    said["goods"] = "none"
    assert owner_client.post(reverse("shipping:print_options"), said).status_code == 302
    page = owner_client.get(reverse("shipping:print"), {"ids": package.pk})
    assert reverse("shipping:labels_zpl") in page.content.decode()

    answer = owner_client.get(reverse("shipping:labels_zpl"), {"ids": package.pk})
    assert "attachment" in answer["Content-Disposition"]
    pdf = owner_client.get(reverse("shipping:labels_pdf"), {"ids": package.pk}).content
    assert [codes_on(image) for image in zpl_images(answer.content)] == [scan_pdf(pdf, tmp_path)]


def test_a_given_waybill_is_moved_and_turned_but_keeps_its_size() -> None:
    pdf = stamped_labels([LABEL])
    printer = Printer(offset_mm=(2.0, 1.0), rotation=90)
    [page] = PdfReader(BytesIO(moved(pdf, printer))).pages
    assert [float(side) for side in page.mediabox[2:]] == pytest.approx([283.4646, 425.1969])
    assert page.rotation == 90
    assert moved(pdf, Printer()) is pdf


def test_c55_a_reprint_needs_a_reason_and_is_marked(owner_client, shop) -> None:
    """C-55: the count and the reason are kept, and the next label says IN LẠI."""
    first, second = waiting(shop, A_1=1), waiting(shop, B_1=1)
    url = reverse("shipping:printed")
    owner_client.post(url, {"ids": first.pk})
    assert Package.objects.get(pk=first.pk).label_printed_count == 1

    both = {"ids": f"{first.pk},{second.pk}"}
    refused = owner_client.post(url, both)
    assert refused.status_code == 422
    assert "lý do in lại" in refused.content.decode()
    counts = dict(Package.objects.values_list("pk", "label_printed_count"))
    assert counts == {first.pk: 1, second.pk: 0}

    pages = texts(owner_client.get(reverse("shipping:labels_pdf"), both).content)
    assert ["IN LẠI lần 2" in text.replace("\xa0", " ") for text in pages] == [True, False]
    owner_client.post(url, both | {"reason": "Kẹt giấy"})
    counts = dict(Package.objects.values_list("pk", "label_printed_count"))
    assert counts == {first.pk: 2, second.pk: 1}
    said = Event.objects.filter(name="label.printed").order_by("-pk")[:2]
    assert {event.data["reason"] for event in said} == {"Kẹt giấy"}


def test_the_first_label_of_the_packing_table_is_no_reprint(owner_client, shop) -> None:
    """The table counts the print before it fetches the PDF."""
    package = waiting(shop, A_1=1)
    confirm_printed([package.pk], actor=ACTOR)
    url = f"{reverse('shipping:labels_pdf')}?counted=1&ids={package.pk}"
    assert "IN LẠI" not in texts(owner_client.get(url).content)[0]


@pytest.fixture
def small_parts(monkeypatch) -> None:
    monkeypatch.setattr(print_runs, "AT_ONCE", 2)


def test_c54_many_labels_are_files_of_a_job_and_none_is_left_out_silently(
    owner, login, user_factory, shop, small_parts, tmp_path, settings
) -> None:
    """C-54: parts in the order asked, what has no number is named, a part is confirmed once."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    made = [waiting(shop, A_1=1) for _ in range(4)]
    Package.objects.filter(pk=made[1].pk).update(booking_state=BookingState.QUEUED)
    profile = PrinterProfile(kind="waybill", paper="75x100", page_order="given", is_reversed=True)
    run = begin_run([package.pk for package in made], profile, user=owner)
    draw_run(run.pk)
    draw_run(run.pk)

    job = Job.objects.get(pk=run.job_id)
    assert (job.status, job.total, job.done, job.failed) == ("done", 4, 3, 1)
    assert [row.key for row in job.rows.filter(ok=False)] == [made[1].reference]
    parts = list(PrintPart.objects.filter(run=run).order_by("number"))
    assert [part.package_ids for part in parts] == [[made[3].pk, made[2].pk], [made[0].pk]]
    client = login(owner)
    file = client.get(reverse("shipping:print_part", args=[run.pk, 1]))
    pages = PdfReader(BytesIO(b"".join(file.streaming_content))).pages
    assert [made[n].tracking_number in pages[3 - n].extract_text() for n in (3, 2)] == [True, True]

    url = reverse("shipping:print_part_printed", args=[run.pk, 1])
    client.post(url)
    client.post(url)
    assert list(Package.objects.order_by("pk").values_list("label_printed_count", flat=True)) == [
        *(0, 0, 1, 1)
    ]
    stranger = login(user_factory("manager"))
    assert stranger.get(reverse("shipping:print_run", args=[run.pk])).status_code == 404

    PrintRun.objects.update(expires_at=run.created_at - timedelta(days=1))
    assert remove_old_runs() == 1
    assert not list((tmp_path / "private").rglob("*.pdf"))


def test_all_waiting_labels_are_one_click_away(owner_client, shop, small_parts) -> None:
    for _ in range(3):
        waiting(shop, A_1=1)
    page = owner_client.get(reverse("shipping:print_run_new"))
    assert page.context["count"] == 3
    said = {"paper": "a6", "language": "pdf", "page_order": "sku", "goods": "none"}
    answer = owner_client.post(reverse("shipping:print_run_new"), said)
    run = PrintRun.objects.get()
    assert answer.url == reverse("shipping:print_run", args=[run.pk])
    assert (len(run.package_ids), run.setting["paper"], run.parts.count()) == (3, "a6", 2)
    assert "0 / 3" in owner_client.get(answer.url).content.decode()


def test_c54_a_carriers_own_label_is_fetched_ahead_and_merged(
    shop, tmp_path, settings, redis_clean, owner_client
) -> None:
    """C-54: carrier PDFs wait in the house when the batch is asked for."""
    settings.MEDIA_ROOT = tmp_path / "media"
    ours, theirs = waiting(shop, A_1=1), waiting(shop, B_1=1)
    with line_of("ghtk", tmp_path) as line:
        settings.PARTNERS = {**settings.PARTNERS, "ghtk": {"base_url": line.sandbox.url("ghtk")}}
        booking = line.carrier.book(line.parcel(reference=theirs.reference))
        account = theirs.account
        given = line.sandbox.credentials()["ghtk"]
        account.pk, account.carrier, account.shop_id = None, "ghtk", given["partner_code"]
        account.credentials = {"token": given["token"]}
        account.webhook_secret, account.uses_own_label = "x", True
        account.save()
        Package.objects.filter(pk=theirs.pk).update(
            account=account, carrier_code="ghtk", tracking_number=booking.tracking_number
        )
        assert fetch_own_label(theirs.pk) is True
        assert fetch_own_label(theirs.pk) is False
        fetch_missing([ours.pk, theirs.pk])
    assert not Package.objects.get(pk=ours.pk).waybill

    answer = owner_client.get(reverse("shipping:labels_pdf"), {"ids": f"{ours.pk},{theirs.pk}"})
    pages = PdfReader(BytesIO(answer.content)).pages
    given = PdfReader(Package.objects.get(pk=theirs.pk).waybill.open("rb")).pages
    assert len(pages) == 1 + len(given)
    assert pages[1].mediabox == given[0].mediabox


@pytest.mark.parametrize("code", ["100x150", "75x100"])
def test_c53_the_test_page_has_rulers_on_the_very_paper_and_codes_that_are_read(
    tmp_path, code
) -> None:
    printer = Printer(paper=PAPERS[code])
    [drawn] = pages_of(trial_pdf(printer), tmp_path)
    assert drawn.width == pytest.approx(PAPERS[code].width_mm * 203 / 25.4, abs=1)
    [dots] = zpl_images(trial_zpl(replace(printer, rotation=180)))
    assert codes_on(drawn) == codes_on(dots) == {"DON-NHANH-123"}


def test_a_reprint_without_a_reason_changes_nothing(shop) -> None:
    package = waiting(shop, A_1=1)
    confirm_printed([package.pk], actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        confirm_printed([package.pk], actor=ACTOR)
    assert refusal.value.code == "label.reprint_reason"
    assert Package.objects.get().label_printed_count == 1
