"""Who may write stock, and how: one module's statements, under row locks that are waited for."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, modules

# The statements of the stock service, promises that go from line to line of an order under its
# locks, and the rebuild that a person starts from the ledger.
MAY_WRITE = {
    "inventory.services.promise_moves",
    "inventory.services.stock_sql",
    "inventory.services.layers_sql",
    "inventory.services.rebuild",
}
# What decides about promises, or writes them.
PROMISES = re.compile(
    r"inventory\.(services\.(stock|promising|posting|layers|lots)|allocation)|orders\.services\.intake"
)
WRITES = re.compile(
    r"(UPDATE|INSERT INTO|DELETE FROM) inventory_(stocklevel|stockmovement|allocation)\b"
    r"|(StockLevel|StockMovement|Allocation)\.objects(\.\w+\([^()]*\))*"
    r"\.(update|create|bulk_create|bulk_update|get_or_create|update_or_create|delete)\("
)
SKIPS = re.compile(r"skip.locked|nowait", re.IGNORECASE)


def stock_writes(module: Module) -> Iterator[str]:
    if module.name in MAY_WRITE:
        return
    for number, line in enumerate(module.path.read_text().splitlines(), 1):
        if WRITES.search(line):
            yield f"{module.name}:{number}"


def skipped_locks(module: Module) -> Iterator[str]:
    if PROMISES.match(module.name) and SKIPS.search(module.path.read_text()):
        yield module.name


def test_c05_only_the_stock_service_writes_balances_movements_and_promises() -> None:
    assert [place for module in modules() for place in stock_writes(module)] == []


def test_c04_nothing_that_promises_stock_skips_a_locked_row() -> None:
    promising = [module for module in modules() if PROMISES.match(module.name)]
    assert {"inventory.services.promising", "inventory.services.stock_sql"} <= {
        module.name for module in promising
    }
    assert [name for module in promising for name in skipped_locks(module)] == []


@pytest.mark.parametrize(
    "line",
    [
        "UPDATE inventory_stocklevel l SET reserved = 0",
        "StockLevel.objects.filter(pk=1).update(reserved=0)",
        "Allocation.objects.create(variant=shirt)",
    ],
)
def test_the_rule_sees_a_write(line: str) -> None:
    assert WRITES.search(line)
    assert not WRITES.search("StockLevel.objects.filter(pk=1).values_list()")
