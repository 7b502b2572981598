"""The English catalogue says everything the source says, and pages use it."""

import ast
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation.template import templatize

from channels_sync.models import Shop
from inventory.models import Product, StockMovement, Variant, Warehouse
from inventory.services.catalogue import NewProduct, create_product
from inventory.services.stock import Posting, post
from invoicing.services.invoices import draft_invoice
from oms.kernel.actors import Actor
from oms.kernel.addresses import PROVINCES
from oms.kernel.clock import now
from oms.kernel.wards import wards_of
from orders.models import Reason
from orders.services.intake import NewLine, NewOrder, place_orders
from shipping.models import CarrierAccount
from shipping.services.shipments import ShipmentRequest, create_shipment
from tests.invoicing.build import make_account

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"
APPS = ("oms", "orders", "inventory", "shipping", "invoicing", "channels_sync")
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Position of the context, the text and the plural among the arguments.
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)", re.S)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")
OUTSIDE_GETTEXT = re.compile(
    r"\{%\s*blocktrans.*?endblocktrans(?:late)?\s*%\}|\{%\s*trans.*?%\}"
    r"|\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|_\((?:\"[^\"]*\"|'[^']*')\)",
    re.S,
)
LETTERS = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
VIETNAMESE = re.compile(f"[{LETTERS}]", re.I)
SOME_VIETNAMESE = re.compile(rf"[^<>\n]*[{LETTERS}][^<>\n]*", re.I)
NAMES = ("Đơn Nhanh", "Tiếng Việt", "Giao Hàng Nhanh", "Giao Hàng Tiết Kiệm")
CITY = "Hồ Chí Minh"
LISTS = (
    "orders:list",
    "orders:new",
    "shipping:package_list",
    "shipping:hand_over",
    "shipping:cod_list",
    "shipping:account_list",
    "shipping:account_new",
    "invoicing:invoice_list",
    "invoicing:settings",
    "inventory:product_list",
    "inventory:product_new",
    "inventory:stock_list",
    "inventory:warehouse_list",
    "inventory:warehouse_new",
    "inventory:supplier_list",
    "inventory:purchase_list",
    "inventory:transfer_list",
    "inventory:count_list",
    "inventory:lot_list",
    "inventory:import_list",
    "inventory:stock_value",
    "inventory:price_list_list",
    "inventory:bulk_edit",
    "inventory:replenishment",
    "web:books",
    "web:alerts",
    "channels_sync:shop_list",
    "web:health",
)
# What the law or the tests' own rows write.
LEGAL_DATA = (
    "Bán cho người tiêu dùng",
    "Sáu trăm năm mươi nghìn đồng",
    "Công ty TNHH Đơn Nhanh",
    "12 Thành Thái, Phường Hòa Hưng, Thành phố Hồ Chí Minh",
)


def without(names: Iterable[str], text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return text


Text = tuple[str | None, str, str | None]


def text_of(name: str, arguments: list[str]) -> Text:
    context, text, plural = (None if at is None else arguments[at] for at in CALLS[name])
    return context, str(text), plural


def texts_of_template(path: Path) -> Iterator[Text]:
    for name, arguments in CALL.findall(templatize(path.read_text())):
        yield text_of(name, [ast.literal_eval(part) for part in re.findall(LITERAL, arguments)])


def gettext_calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            name = called.removesuffix("_lazy").removesuffix("_noop")
            if name in CALLS:
                yield name, node


def texts_of_python(path: Path) -> Iterator[Text]:
    for name, call in gettext_calls(path):
        literals = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        if literals:
            yield text_of(name, literals)


@pytest.fixture(scope="module")
def catalogue() -> dict[tuple[str | None, str], polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(CATALOGUE))}


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_of_the_source_has_an_english_one(catalogue):
    in_templates = {text for path in TEMPLATES for text in texts_of_template(path)}
    in_python = {text for path in SOURCES for text in texts_of_python(path)}
    assert len(in_templates) > 300
    assert len(in_python) > 500
    missing = []
    for context, text, plural in in_templates | in_python:
        entry = catalogue.get((context, text))
        if entry is None or not all(translations(entry)) or bool(plural) > bool(entry.msgid_plural):
            missing.append(text)
    assert sorted(missing) == []


def test_no_translation_is_a_guess_or_loses_a_placeholder(catalogue):
    wrong = [
        entry.msgid
        for entry in catalogue.values()
        if entry.fuzzy
        or any(
            sorted(PLACEHOLDER.findall(said)) != sorted(PLACEHOLDER.findall(entry.msgid))
            for said in translations(entry)
        )
    ]
    assert "\n".join(wrong) == ""


def test_the_compiled_catalogue_is_the_written_one(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    read = {(entry.msgctxt, entry.msgid): translations(entry) for entry in compiled}
    assert read == {key: translations(entry) for key, entry in catalogue.items()}


def test_texts_are_written_whole_for_extraction():
    """An f-string inside gettext is never found by makemessages, nor at run time."""
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        for _name, call in gettext_calls(path)
        if any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in call.args)
    ]
    assert "\n".join(wrong) == ""


def test_no_template_speaks_outside_gettext():
    """Papers stay in the language of those who read them; the style page shows made-up data."""
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in TEMPLATES
        if "print" not in path.parts and path.name != "style.html"
        for line in without(NAMES, OUTSIDE_GETTEXT.sub("", path.read_text())).splitlines()
        if VIETNAMESE.search(line)
    ]
    assert "\n".join(wrong) == ""


@pytest.fixture
def english_pages(db: None) -> list[str]:
    """Addresses of the main pages, over data that was typed without Vietnamese letters."""
    actor = Actor.system("test")
    warehouse = Warehouse.objects.create(
        code="W1", name="Main", phone="+84912345678", street="1 Le Loi", ward="Ben Thanh",
        province=CITY,
    )  # fmt: skip
    product = create_product(
        NewProduct(name="Shirt", sku="SHIRT", price_vnd=325_000, weight_g=400), actor=actor
    )
    Product.objects.filter(pk=product.pk).update(unit="pc")  # what a shop counts in is its data
    variant = product.variants.get()
    post([Posting(variant.pk, warehouse.pk, 500, StockMovement.Kind.OPENING)], actor=actor)
    new, confirmed = (order_of(variant, actor, confirm=confirm) for confirm in (False, True))
    account = CarrierAccount.objects.create(
        carrier="ghn", name="GHN", shop_id="190001", credentials={"token": "t"}
    )
    request = ShipmentRequest(
        account_id=account.pk, service_code="2", weight_g=850, length_cm=25, width_cm=20,
        height_cm=6,
    )  # fmt: skip
    package = create_shipment(confirmed, request, actor=actor)
    make_account()
    invoice = draft_invoice(confirmed, actor=actor)
    shop = Shop.objects.create(
        marketplace="shopee", name="Shop One", remote_shop_id="1", connected_at=now()
    )
    return [
        "/",
        *(reverse(name) for name in LISTS),
        reverse("orders:detail", args=[new]),
        reverse("orders:detail", args=[confirmed]),
        reverse("shipping:create", args=[new]),
        reverse("shipping:package_detail", args=[package.pk]),
        reverse("shipping:account_edit", args=[account.pk]),
        reverse("shipping:account_new") + "?carrier=viettel_post",
        reverse("invoicing:invoice_detail", args=[invoice.pk]),
        reverse("inventory:product_detail", args=[product.pk]),
        reverse("inventory:warehouse_detail", args=[warehouse.pk]),
        reverse("inventory:stock_explain", args=[variant.pk, warehouse.pk]),
        reverse("channels_sync:shop_detail", args=[shop.pk]),
    ]


def order_of(variant: Variant, actor: Actor, *, confirm: bool) -> int:
    new = NewOrder(
        source="phone", request_key=f"english-{confirm}", recipient_name="Anh Nguyen",
        recipient_phone="0987654321", street="12 street 3", ward="Tan Dinh", province=CITY,
        is_cod=True, confirm=confirm,
        lines=[NewLine(quantity=2, unit_price_vnd=325_000, variant_id=variant.pk)],
    )  # fmt: skip
    [placed] = place_orders([new], actor=actor)
    assert placed.order_id is not None, placed.problem
    return placed.order_id


def test_english_pages_hold_no_vietnamese_but_data(owner_client, english_pages):
    owner_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    reasons = Reason.objects.values_list("name", flat=True)
    data = (*NAMES, *LEGAL_DATA, *(province.name for province in PROVINCES), *reasons)
    data += tuple(str(ward) for ward in wards_of("79"))  # offered where the city is chosen
    wrong = []
    for address in english_pages:
        answer = owner_client.get(address)
        assert answer.status_code == 200, address
        shown = without(data, html.unescape(answer.content.decode()))
        wrong += [f"{address}: {m.group()}" for m in SOME_VIETNAMESE.finditer(shown)]
    assert "\n".join(wrong) == ""


def test_the_login_page_in_english_holds_no_vietnamese(db):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/login/").content.decode()
    assert "Sign in" in page
    assert not VIETNAMESE.search(without(NAMES, html.unescape(page)))
