"""From the rows of a file to goods: what needs the whole file, then batches planned and written."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.imports.outcomes import Outcome, Plan, Sheet, failed
from inventory.imports.profiles import (
    COSTS,
    EXAMPLE_SKU,
    LIST_PRICES,
    OPENING_STOCK,
    PRICES,
    PRODUCTS,
    Profile,
)
from inventory.imports.rows import (
    Row,
    group_rows,
    read_rows,
    refuse_repeats,
    share_values,
)
from inventory.models import Variant
from inventory.selectors.places import warehouses_visible_to
from inventory.services import goods_sql
from inventory.services.goods_list_prices import ListPricePlan
from inventory.services.goods_opening import OpeningPlan
from inventory.services.goods_products import ProductPlan
from inventory.services.goods_values import ValuePlan
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.sql import run
from oms.kernel.tables import Table
from oms.kernel.text import fold

CHANGE_PRICE = "inventory.change_price"
BATCH = 1_000
LOOKUP = 10_000
PLANS: dict[str, type[ProductPlan] | type[OpeningPlan] | type[ValuePlan] | type[ListPricePlan]] = {
    PRODUCTS.code: ProductPlan,
    OPENING_STOCK.code: OpeningPlan,
    COSTS.code: ValuePlan,
    PRICES.code: ValuePlan,
    LIST_PRICES.code: ListPricePlan,
}
# Answers to: the file says 123, we have 00123.
EXISTING, AS_WRITTEN = "existing", "as_written"


def prepare(
    profile: Profile,
    table: Table,
    *,
    first: int,
    mapping: Mapping[str, int],
    options: Mapping[str, Any],
    user: Any,
) -> Sheet:
    """Values, faults and groups of the whole file; read again they come out the same."""
    rows = read_rows(profile.fields_for(user), mapping, table.numbered(first))
    for row in rows:
        if row.sku == EXAMPLE_SKU:
            row.refuse("sku", _("Đây là dòng ví dụ của tệp mẫu."))
    homes = homes_of({row.sku for row in rows if row.sku})
    restore_zeros(rows, homes, str(options.get("zeros", "")))
    sheet = Sheet(profile, rows)
    if profile is PRODUCTS:
        if not user.has_perm(CHANGE_PRICE):
            _refuse_prices(rows)
        _join_products(sheet, homes)
    elif profile is OPENING_STOCK:
        _place(rows, options, user)
        refuse_repeats(rows, ("sku", "warehouse_id"))
    elif profile is LIST_PRICES:
        for row in rows:
            row.values.setdefault("from_quantity", 1)
        refuse_repeats(rows, ("sku", "price_list", "from_quantity"))
    else:
        refuse_repeats(rows, ("sku",))
    return sheet


def _refuse_prices(rows: Sequence[Row]) -> None:
    """New goods get a price; that of goods there are is not for everybody to change."""
    priced = [row for row in rows if row.sku and "price_vnd" in row.values]
    for start in range(0, len(priced), LOOKUP):
        part = priced[start : start + LOOKUP]
        known = Variant.objects.filter(sku__in=[row.sku for row in part])
        prices = dict(known.values_list("sku", "price_vnd"))
        for row in part:
            if prices.get(row.sku, row.values["price_vnd"]) != row.values["price_vnd"]:
                row.refuse("price_vnd", _("Bạn không có quyền sửa giá bán."))


def batch(sheet: Sheet, start: int) -> Sequence[Row]:
    """The rows that are written together, from a position on."""
    return sheet.rows[start : start + BATCH]


def homes_of(skus: set[str]) -> dict[str, int]:
    """Product ids by the SKUs that exist."""
    wanted = sorted(skus)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), LOOKUP):
        part = wanted[start : start + LOOKUP]
        found |= {row[0]: row[1] for row in run(goods_sql.HOMES, {"skus": part})}
    return found


def restore_zeros(rows: Sequence[Row], homes: dict[str, int], answer: str) -> None:
    """A spreadsheet made 123 of 00123: people are asked, it is never put back silently."""
    lost = {row.sku for row in rows if row.sku.isdigit() and row.sku not in homes}
    if not lost:
        return
    known: dict[str, list[tuple[str, int]]] = defaultdict(list)
    padded = Variant.objects.filter(sku__regex=r"^0+[0-9]+$").values_list("sku", "product_id")
    wanted = {sku.lstrip("0") for sku in lost}
    for sku, product_id in padded.iterator():
        if sku.lstrip("0") in wanted:
            known[sku.lstrip("0")].append((sku, product_id))
    for row in rows:
        found = known.get(row.sku.lstrip("0"), []) if row.sku in lost else []
        if found:
            _restore(row, found, homes, answer)


def _restore(
    row: Row, found: Sequence[tuple[str, int]], homes: dict[str, int], answer: str
) -> None:
    existing, product_id = found[0]
    row.mark = _("“%(sku)s” có thể là “%(existing)s” đã mất số 0 ở đầu.") % {
        "sku": row.sku,
        "existing": existing,
    }
    if answer == EXISTING and len(found) == 1:
        row.values["sku"] = existing
        homes[existing] = product_id
    elif answer != AS_WRITTEN:
        row.refuse("sku", row.mark)


def _join_products(sheet: Sheet, homes: Mapping[str, int]) -> None:
    """Rows of one product get one group: the product they have, else the one they will make."""
    rows = sheet.rows
    refuse_repeats(rows, ("sku",))
    refuse_repeats(rows, ("barcode",))
    group_rows(rows)
    members: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.group and row.sku in homes:
            members[row.group].add(homes[row.sku])
    for row in rows:
        known = members.get(row.group, set())
        if row.sku in homes:
            row.group = f"id:{homes[row.sku]}"
        elif len(known) > 1:
            row.refuse("name", _("Các dòng cùng tên này đang thuộc nhiều sản phẩm khác nhau."))
        elif known:
            row.group = f"id:{next(iter(known))}"
        elif not row.group:
            row.group = f"sku:{row.sku}"
    _refuse_same_options(rows)
    sheet.shared = share_values(rows)


def _refuse_same_options(rows: Sequence[Row]) -> None:
    seen: dict[tuple[str, tuple[str, ...]], int] = {}
    for row in rows:
        if not row.folded or row.faults:
            continue
        first = seen.setdefault((row.group, row.folded), row.number)
        if first != row.number:
            row.refuse("option1_value", _("Trùng thuộc tính với dòng %(row)d.") % {"row": first})


def _place(rows: Sequence[Row], options: Mapping[str, Any], user: Any) -> None:
    """Each row's warehouse by code or name, among those that the user may see."""
    places: dict[str, set[int]] = defaultdict(set)
    for pk, code, name in warehouses_visible_to(user).values_list("pk", "code", "name"):
        places[fold(code)].add(pk)
        places[fold(name)].add(pk)
    default = options.get("warehouse_id")
    if default not in set().union(*places.values()):
        default = None
    for row in rows:
        said = row.values.get("warehouse", "")
        found = places.get(fold(said), set()) if said else {default} - {None}
        if len(found) == 1:
            row.values["warehouse_id"] = next(iter(found))
        elif not said:
            row.refuse("warehouse", _("Thiếu kho."))
        else:
            row.refuse("warehouse", _("Không có kho “%(name)s”.") % {"name": said})


def preview(sheet: Sheet) -> Iterator[Outcome]:
    """What the import would do with each row; nothing is written or locked."""
    for start in range(0, len(sheet.rows), BATCH):
        yield from _plan(sheet, sheet.rows[start : start + BATCH], lock=False).outcomes


def write(sheet: Sheet, rows: Sequence[Row], *, actor: Actor) -> list[Outcome]:
    """Write a batch in the caller's transaction; a row that cannot be written keeps no other back.

    A batch is one set of statements. Only when the database refuses it, it is halved until the row
    at fault stands alone.
    """
    if not rows:
        return []
    try:
        with transaction.atomic():
            sheet.follow(rows)
            plan = _plan(sheet, rows, lock=True)
            plan.write(actor)
        return list(plan.outcomes)
    except (IntegrityError, DomainError) as refusal:
        if len(rows) == 1:
            rows[0].refuse("", _reason(refusal))
            return [failed(rows[0])]
    middle = len(rows) // 2
    return [
        *write(sheet, rows[:middle], actor=actor),
        *write(sheet, rows[middle:], actor=actor),
    ]


def _plan(sheet: Sheet, rows: Sequence[Row], *, lock: bool) -> Plan:
    return PLANS[sheet.profile.code](sheet, rows, lock=lock)


def _reason(refusal: Exception) -> str:
    if isinstance(refusal, DomainError):
        return refusal.message
    text = str(refusal)
    if "variant_sku_unique" in text:
        return _("Mã SKU này vừa được dùng.")
    if "barcode_code_unique" in text:
        return _("Mã vạch này vừa được dùng.")
    return _("Dòng này trái với dữ liệu đang có.")
