"""Lines and sums. Shape always; the arithmetic only with validation 1, a dong a line of leeway."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from oms.sandbox.sinvoice.checks import ADJUSTMENT, MONEY, ORIGINAL
from oms.sandbox.sinvoice.envelope import Wrong, invalid, missing

NOTE, DISCOUNT = 2, 3
UNTAXED = (-1, -2)
SUM_SIGNS = ("isTotalAmountPos", "isTotalTaxAmountPos", "isTotalAmtWithoutTaxPos")
RATE_SIGNS = ("taxableAmountPos", "taxAmountPos")
LINE_AMOUNTS = (
    "itemTotalAmountWithoutTax", "itemDiscount", "itemTotalAmountAfterDiscount", "taxAmount",
    "itemTotalAmountWithTax",
)  # fmt: skip
SUMS = ("sumOfTotalLineAmountWithoutTax", "totalAmountWithoutTax", "totalTaxAmount",
        "totalAmountWithTax")  # fmt: skip


def check_lines(items: list[Any], info: dict[str, Any]) -> None:
    whole = info["currencyCode"] == "VND"
    for place, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise invalid("itemInfo")
        _check_line(item, place, info, whole=whole)


def check_sums(body: dict[str, Any]) -> None:
    """The shape of taxBreakdowns and summarizeInfo."""
    summary = body["summarizeInfo"]
    for name in SUMS:
        if number(summary, name) is None:
            raise missing(name)
    if _is_difference(body["generalInvoiceInfo"]):
        _check_signs(summary, SUM_SIGNS)
        for row in body.get("taxBreakdowns") or []:
            _check_signs(row, RATE_SIGNS)
    rates = [number(row, "taxPercentage") for row in body.get("taxBreakdowns") or []]
    if len(rates) != len(set(rates)):
        raise invalid("taxBreakdowns", "mỗi thuế suất chỉ một dòng")
    for row in body.get("taxBreakdowns") or []:
        if number(row, "taxableAmount") is None:
            raise missing("taxableAmount")


def _is_difference(info: dict[str, Any]) -> bool:
    return info["adjustmentType"] == ADJUSTMENT and info.get("adjustmentInvoiceType") == MONEY


def _check_signs(row: dict[str, Any], names: tuple[str, ...]) -> None:
    """Amounts of a difference carry no sign: each has a flag beside it."""
    for name in names:
        if not isinstance(row.get(name), bool):
            raise missing(name)
    for name, value in row.items():
        if isinstance(value, int | Decimal) and name != "taxPercentage" and value < 0:
            raise invalid(name, "không được âm")


def check_arithmetic(body: dict[str, Any]) -> None:
    """The server's own sums against those sent."""
    lines = [line for line in body["itemInfo"] if line.get("selection", 1) != NOTE]
    taxable: dict[Decimal, Decimal] = defaultdict(Decimal)
    taxes: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        base, tax = _line_sums(line)
        sign = -1 if line.get("isIncreaseItem") is False else 1
        rate = number(line, "taxPercentage") or Decimal(0)
        taxable[rate] += sign * base
        taxes[rate] += sign * tax
    leeway = Decimal(max(len(lines), 1))
    summary = body["summarizeInfo"]
    net, tax = sum(taxable.values(), Decimal(0)), sum(taxes.values(), Decimal(0))
    _agree(summary, "totalAmountWithoutTax", net, leeway)
    _agree(summary, "totalTaxAmount", tax, leeway)
    _agree(summary, "totalAmountWithTax", net + tax, leeway)
    for row in body.get("taxBreakdowns") or []:
        rate = number(row, "taxPercentage") or Decimal(0)
        _agree(row, "taxableAmount", taxable.pop(rate, Decimal(0)), leeway)
        _agree(row, "taxAmount", taxes[rate], leeway)
    if any(taxable.values()):
        raise Wrong("BAD_REQUEST_TAXBREAKDOWNS_INVALID", "Thiếu thuế suất trong taxBreakdowns")


def number(row: dict[str, Any], name: str) -> Decimal | None:
    """An amount of the payload; None when absent, refused when it is not a number."""
    value = row.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise invalid(name, "phải là số")
    return Decimal(value)


def _check_line(item: dict[str, Any], place: int, info: dict[str, Any], *, whole: bool) -> None:
    if item.get("lineNumber", place) != place:
        raise invalid("lineNumber", "phải tăng dần từ 1")
    selection = item.get("selection", 1)
    if selection not in range(1, 7) or isinstance(selection, bool):
        raise invalid("selection")
    name = item.get("itemName")
    if not isinstance(name, str) or not name.strip():
        raise missing("itemName")
    if len(name) > 500:
        raise invalid("itemName", "dài quá 500 ký tự")
    if len(str(item.get("itemCode") or "")) > 50:
        raise invalid("itemCode", "dài quá 50 ký tự")
    if selection == NOTE:
        return
    _check_numbers(item, whole=whole)
    _check_direction(item, info)


def _check_numbers(item: dict[str, Any], *, whole: bool) -> None:
    for name in ("itemTotalAmountWithoutTax", "taxPercentage"):
        if number(item, name) is None:
            raise missing(name)
    for name in ("unitPrice", "quantity"):
        value = number(item, name)
        if value is not None and value != round(value, 6):
            raise invalid(name, "quá 6 chữ số thập phân")
    for name in LINE_AMOUNTS:
        value = number(item, name)
        if value is not None and value < 0:
            raise invalid(name, "không được âm")
        if value is not None and whole and value != value.to_integral_value():
            raise invalid(name, "VND không có phần lẻ")
    if number(item, "taxPercentage") in UNTAXED and number(item, "taxAmount"):
        raise invalid("taxAmount", "phải bằng 0 với KCT, KKKNT")


def _check_direction(item: dict[str, Any], info: dict[str, Any]) -> None:
    """Originals carry no direction but on discount lines; money adjustments need one."""
    direction = item.get("isIncreaseItem")
    if direction is not None and not isinstance(direction, bool):
        raise invalid("isIncreaseItem")
    discount = item.get("selection") == DISCOUNT
    if discount and direction is not False:
        raise invalid("isIncreaseItem", "phải là false với dòng chiết khấu")
    if info["adjustmentType"] == ORIGINAL and not discount and direction is not None:
        raise invalid("isIncreaseItem", "chỉ dùng cho hóa đơn điều chỉnh")
    if _is_difference(info) and direction is None:
        raise missing("isIncreaseItem")


def _line_sums(line: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """(amount before tax, tax) of a line, each checked against what it is made of."""
    gross = number(line, "itemTotalAmountWithoutTax") or Decimal(0)
    price, quantity = number(line, "unitPrice"), number(line, "quantity")
    if price is not None and quantity is not None and abs(abs(price * quantity) - gross) > 1:
        raise invalid("itemTotalAmountWithoutTax", "khác đơn giá nhân số lượng")
    base = number(line, "itemTotalAmountAfterDiscount")
    if base is None:
        base = gross - (number(line, "itemDiscount") or Decimal(0))
    elif abs(gross - (number(line, "itemDiscount") or Decimal(0)) - base) > 1:
        raise invalid("itemTotalAmountAfterDiscount", "khác thành tiền trừ chiết khấu")
    rate = max(number(line, "taxPercentage") or Decimal(0), Decimal(0))
    tax = number(line, "taxAmount") or Decimal(0)
    expected = (base * rate / 100).quantize(Decimal(1), ROUND_HALF_UP)
    if abs(expected - tax) > 1:
        raise invalid("taxAmount", f"phải là {expected}")
    total = number(line, "itemTotalAmountWithTax")
    if total is not None and abs(base + tax - total) > 1:
        raise invalid("itemTotalAmountWithTax", f"phải là {base + tax}")
    return base, tax


def _agree(row: dict[str, Any], name: str, expected: Decimal, leeway: Decimal) -> None:
    """Sums are sent without a sign: direction is a flag of its own."""
    sent = number(row, name) or Decimal(0)
    if abs(abs(sent) - abs(expected)) > leeway:
        raise invalid(name, f"phải là {abs(expected)}, không phải {sent}")
