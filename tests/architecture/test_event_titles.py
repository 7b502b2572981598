"""Every event that is recorded anywhere has a name that people read in the history."""

import ast
import re
from collections.abc import Iterator

from django.utils.functional import Promise

from inventory.models import Disposition, StockCount, Transfer
from invoicing.models import Invoice
from orders import timeline
from orders.models import Order
from tests.architecture.source import Module, modules

RECORDS = {"record_event", "EventRow", "Change", "apply_states"}
DOTTED = re.compile(r"[a-z_]+\.[a-z_]+")
# Codes of refusals look the same; they are arguments of these, or are called so.
REFUSALS = ("DomainError", "Refused", "ServiceRefused", "TransitionRefused", "InsufficientStock")
# Dotted words of the same modules that name something else.
OTHER_WORDS = {
    "books.check": "kind of a job",
    "books.rebuild": "kind of a job",
    "rehearsal.run": "kind of a job",
    "cod.remittance": "kind of a job",
    "catalogue.bulk_edit": "kind of a job",
    "inventory.purchase_mail": "kind of a job",
    "stock.reorder": "an alert",
    "line.quantity": "key of a change",
    "shipment.problem_": "beginning of the key of a problem",
}
PERMISSION_APPS = ("orders.", "inventory.", "invoicing.", "shipping.", "web.", "accounts.")
FAMILIES = {
    "count": StockCount.Status,
    "transfer": Transfer.Status,
    "quarantine": Disposition.Decision,
    "shipment": Order.Fulfillment,
}


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def words_of(module: Module) -> Iterator[str]:
    """Dotted constants of a module that records events, without codes of refusals."""
    nodes = list(ast.walk(module.tree))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    if not any(called(node) in RECORDS for node in calls):
        return
    codes = {
        id(part)
        for node in calls
        for inner in (
            [node]
            if called(node) in REFUSALS
            else [k.value for k in node.keywords if k.arg in ("code", "field")]
        )
        for part in ast.walk(inner)
    }
    for node in nodes:
        if not isinstance(node, ast.Constant) or id(node) in codes:
            continue
        if isinstance(node.value, str) and DOTTED.fullmatch(node.value):
            yield node.value


def recorded() -> set[str]:
    found = {word for module in modules() for word in words_of(module)}
    permissions = {word for word in found if word.startswith(PERMISSION_APPS)}
    return found - permissions - OTHER_WORDS.keys()


def test_every_event_has_a_title() -> None:
    names = recorded()
    assert {"order.placed", "user.passkey_copied", "stock.changed", "invoice.queued"} <= names
    assert sorted(names - timeline.TITLES.keys()) == []


def test_events_named_after_a_state_have_a_title_for_each() -> None:
    for kind, states in FAMILIES.items():
        missing = [f"{kind}.{state}" for state in states.values]
        assert [name for name in missing if name not in timeline.TITLES] == []
    said = {Invoice.Status.UNKNOWN, Invoice.Status.ISSUED, Invoice.Status.CODED}
    for state in said | {Invoice.Status.REJECTED, Invoice.Status.QUEUED}:
        assert f"invoice.{state}" in timeline.TITLES


def test_words_that_are_no_events_are_still_there() -> None:
    text = "".join(module.path.read_text() for module in modules())
    assert [word for word in OTHER_WORDS if word not in text] == []


def test_titles_are_in_the_language_of_the_reader() -> None:
    fixed = {"Shopee"}
    assert [
        name
        for name, title in timeline.TITLES.items()
        if not isinstance(title, Promise) and str(title) not in fixed
    ] == []
