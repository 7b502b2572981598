"""Stickers, customs papers, pick lists and commands on paper; frames of a camera."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from inventory.models import Barcode, Product
from inventory.stickers import of_variants, stickers_pdf
from oms.accounts.models import Role
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.frames import MOST_BYTES, code_in
from orders.models import Order
from shipping.customs_papers import customs_pdf
from shipping.floor_papers import commands_pdf, pick_list_pdf
from shipping.labels.stamp import stamped_labels
from shipping.models import CustomsDeclaration
from shipping.services.customs import Declared, declare_parcel
from shipping.stations.codes import Command
from tests.inventory.purchases import order_goods, receive_goods
from tests.labels import codes_on, pages_of, scan_pdf
from tests.shipping.floor import ACTOR, make_shop, make_wave, waiting
from tests.shipping.test_labels import LABEL

pytestmark = pytest.mark.django_db
HOSTILE = "</style><script>alert(1)</script>{{ 7|add:7 }}"
MILLIMETRE = 72 / 25.4


@pytest.fixture
def shop():
    return make_shop("A-1", "B-1")


def sides(pdf: bytes) -> list[tuple[int, int]]:
    pages = PdfReader(BytesIO(pdf)).pages
    return [tuple(round(float(side) / MILLIMETRE) for side in p.mediabox[2:]) for p in pages]


def test_d6_stickers_have_bars_where_they_fit_and_a_qr_where_they_do_not(shop, tmp_path) -> None:
    """D6: 50 by 30, and three of 35 by 22 beside each other; the first barcode, else the SKU."""
    shirt, cap = shop.goods["A-1"], shop.goods["B-1"]
    shirt.product.name = HOSTILE
    Barcode.objects.create(variant=shirt, code="8934567890123")
    Barcode.objects.create(variant=shirt, code="MA-THU-HAI")
    cap.sku = "MU-LUOI-TRAI-XANH-DAM-SIZE-XL-2026"
    wanted = of_variants([(shirt, 2), (cap, 2)])
    assert [one.code for one in wanted] == ["8934567890123"] * 2 + [cap.sku] * 2

    for paper, size, count in (("50x30", (50, 30), 4), ("35x22", (109, 22), 2)):
        content = stickers_pdf(wanted, paper=paper)
        assert sides(content) == [size] * count
        pages = pages_of(content, tmp_path)
        assert set().union(*(codes_on(page) for page in pages)) == {"8934567890123", cap.sku}
        assert all(codes_on(page) for page in pages)
        text = PdfReader(BytesIO(content)).pages[0].extract_text()
        assert "<script>" in text.replace("\n", "")
    with pytest.raises(DomainError) as refusal:
        stickers_pdf([], paper="50x30")
    assert refusal.value.code == "stickers.none"


def test_stickers_come_one_a_piece_received_or_as_many_as_typed(
    shop, owner_client, login, user_factory
) -> None:
    receipt = receive_goods(order_goods(shop.warehouse, (shop.goods["A-1"], 3, 1_000)), 3)
    url = reverse("inventory:receipt_stickers", args=[receipt.pk])
    assert sides(owner_client.get(url).content) == [(50, 30)] * 3
    variant = shop.goods["B-1"]
    url = reverse("inventory:product_stickers", args=[variant.product_id])
    assert owner_client.get(url).context["variants"] == [variant]
    assert sides(owner_client.get(url, {f"n_{variant.pk}": "2"}).content) == [(50, 30)] * 2
    assert login(user_factory("accountant")).get(url).status_code == 403


def test_parcels_have_stickers_too(shop, owner_client, tmp_path) -> None:
    package = waiting(shop, A_1=1)
    answer = owner_client.get(reverse("shipping:parcel_stickers"), {"ids": package.pk})
    assert scan_pdf(answer.content, tmp_path) == {package.reference}


def test_pick_lists_and_commands_are_read_back_at_203_dpi(shop, tmp_path) -> None:
    Product.objects.update(name=HOSTILE)
    wave = make_wave(shop, [waiting(shop, A_1=1), waiting(shop, B_1=1)], "batch")
    content = pick_list_pdf(wave, list(wave.tasks.all()))
    assert scan_pdf(content, tmp_path) == {f"{wave.number}-A", f"{wave.number}-B"}
    assert "<script>" in PdfReader(BytesIO(content)).pages[0].extract_text()
    assert set(sides(content)) == {(210, 297)}
    assert scan_pdf(commands_pdf(), tmp_path) == {command.code for command in Command}


def declared(**changes) -> Declared:
    fields = {
        "description": HOSTILE,
        "hs_code": "6109.10",
        "origin": "VN",
        "quantity": 2,
        "weight_g": 400,
        "value_vnd": 650_000,
    }
    return Declared(**{**fields, **changes})


def test_a63_customs_papers_have_the_size_of_the_form_and_are_read(shop, tmp_path) -> None:
    """A-63: CN22 of 74 by 105 mm, CN23 of A5 across, both in one PDF."""
    small, big = waiting(shop, A_1=1), waiting(shop, B_1=1)
    Order.objects.update(recipient_name=HOSTILE)
    facts = {"category": "goods", "country": "FRANCE", "address": HOSTILE}
    rows = [
        declare_parcel(small.pk, [declared()], actor=ACTOR, form="cn22", **facts),
        declare_parcel(
            big.pk, [declared(weight_g=2_500), declared()], actor=ACTOR, form="cn23", **facts
        ),
    ]
    content = customs_pdf(rows)
    assert sides(content) == [(74, 105), (210, 148)]
    pages = pages_of(content, tmp_path)
    assert [codes_on(page) for page in pages] == [{small.tracking_number}, {big.tracking_number}]
    texts = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert all("FRANCE" in text and "<script>" in text for text in texts)
    assert "1.300.000" in texts[1]


def test_a_declaration_is_said_again_in_place_of_the_first(shop) -> None:
    package = waiting(shop, A_1=1)
    facts = {"category": "gift", "country": "JAPAN", "address": "Tokyo", "form": "cn22"}
    declare_parcel(package.pk, [declared(), declared()], actor=ACTOR, **facts)
    row = declare_parcel(package.pk, [declared(description="Cap")], actor=ACTOR, **facts)
    assert [line.description for line in row.lines.all()] == ["Cap"]
    for lines, code in (([], "customs.empty"), ([declared(weight_g=2_001)], "customs.form")):
        with pytest.raises(DomainError) as refusal:
            declare_parcel(package.pk, lines, actor=ACTOR, **facts)
        assert refusal.value.code == code
    assert CustomsDeclaration.objects.get().lines.count() == 1


def test_the_page_of_a_declaration_is_filled_in_from_the_goods(shop, owner_client) -> None:
    package = waiting(shop, A_1=2)
    url = reverse("shipping:customs", args=[package.pk])
    page = owner_client.get(url)
    assert page.context["lines"].initial[0]["weight_g"] == 400
    said = {
        "form": "cn22",
        "category": "goods",
        "country": "LAOS",
        "address": "Vientiane",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "1",
        "lines-0-description": "Cotton shirt",
        "lines-0-hs_code": "6109.10",
        "lines-0-origin": "VN",
        "lines-0-quantity": "2",
        "lines-0-weight_g": "400",
        "lines-0-value_vnd": "200.000",
    }
    assert owner_client.post(url, said | {"lines-0-origin": "Việt"}).status_code == 422
    assert not CustomsDeclaration.objects.exists()
    assert owner_client.post(url, said).status_code == 302
    assert CustomsDeclaration.objects.get().lines.get().value_vnd == 200_000
    order = package.fulfilment.order
    asked = {"action": "print_customs", "ids": [order.pk]}
    url = owner_client.post(reverse("orders:bulk"), asked).url
    assert url.startswith(reverse("shipping:customs_pdf"))
    assert sides(owner_client.get(url).content) == [(74, 105)]
    elsewhere = {"order": order.pk + 1}
    assert owner_client.get(reverse("shipping:customs_pdf"), elsewhere).status_code == 302


@pytest.fixture
def frame(tmp_path) -> bytes:
    """What a phone sends: the middle of a label, grey and small."""
    [page] = pages_of(stamped_labels([LABEL]), tmp_path)
    out = BytesIO()
    page.crop((0, 150, page.width, 400)).save(out, "JPEG", quality=70)
    return out.getvalue()


def test_d7_a_frame_of_a_camera_is_read_on_the_server(
    frame, login, user_factory, redis_clean
) -> None:
    """D7: the browser without a detector sends small pictures; nothing of them is kept."""
    client = login(user_factory("warehouse"))

    def send(content: bytes):
        url = reverse("shipping:camera_frame")
        return client.post(url, {"frame": SimpleUploadedFile("f.jpg", content)})

    assert send(frame).json() == {"code": LABEL.tracking_number}
    blank = BytesIO()
    Image.new("L", (200, 100), 255).save(blank, "PNG")
    assert send(blank.getvalue()).json() == {"code": ""}
    for bad in (b"", b"GIF89a", frame[:200], b"\xff" * (MOST_BYTES + 1)):
        assert send(bad).status_code == 422
    statuses = [send(b"").status_code for _ in range(20)]
    assert statuses[-1] == 429
    assert (
        login(user_factory("accountant")).post(reverse("shipping:camera_frame")).status_code == 403
    )


@pytest.mark.parametrize(
    ("permission", "status"),
    [
        ("shipping.pack_goods", 200),
        ("inventory.receive_goods", 200),
        ("inventory.count_stock", 200),
        ("orders.view_order", 403),
    ],
)
def test_d7_the_camera_serves_every_station_and_nobody_else(
    permission, status, frame, login, user_factory, redis_clean
) -> None:
    role = Role.objects.create(
        code="station", name="Trạm", permissions=[permission], created_at=now()
    )
    picture = {"frame": SimpleUploadedFile("f.jpg", frame)}
    answer = login(user_factory(role.code)).post(reverse("shipping:camera_frame"), picture)
    assert answer.status_code == status


def test_a_frame_of_too_many_pixels_is_refused_before_it_is_opened() -> None:
    out = BytesIO()
    Image.new("1", (4_000, 4_000), 1).save(out, "PNG")
    assert len(out.getvalue()) < MOST_BYTES
    with pytest.raises(DomainError) as refusal:
        code_in(out.getvalue())
    assert refusal.value.code == "frame.unreadable"
