"""An app imports from its left, never from its right; adapters are named in wiring alone."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import (
    PACKAGES,
    Module,
    imports,
    is_within,
    modules,
    parse,
)

# Left to right. What is not listed (web, api, wiring, urls, embedded) stands above all of them.
STACK = (
    "oms.kernel",
    "oms.accounts",
    "inventory",
    "orders",
    "invoicing",
    "shipping",
    "channels_sync",
)
TOP = len(STACK)
NEUTRAL = ("oms.settings", "oms.celery")
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
ADAPTER = re.compile(
    r"(shipping\.carriers|invoicing\.issuers|channels_sync\.marketplaces)\.([a-z0-9_]+)"
)


def rank(name: str) -> int:
    return next((i for i, package in enumerate(STACK) if is_within(name, package)), TOP)


def is_ours(name: str) -> bool:
    if name == "oms.__version__" or any(is_within(name, neutral) for neutral in NEUTRAL):
        return False
    return any(is_within(name, package) for package in PACKAGES)


def imports_to_the_right(module: Module) -> Iterator[str]:
    for node, name in imports(module):
        if is_ours(name) and rank(name) > rank(module.name):
            yield f"{module.place(node)} imports {name}"


def relations_to_the_right(module: Module) -> Iterator[str]:
    """ForeignKey("shipping.Package") in orders is an import too."""
    for node in ast.walk(module.tree):
        if not (
            isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        ):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        label = str(node.args[0].value).partition(".")[0]
        if called in RELATIONS and label in STACK and rank(label) > rank(module.name):
            yield f"{module.place(node)} points at {node.args[0].value}"


def foreign_adapters(module: Module) -> Iterator[str]:
    """Adapters that this module names without being wiring or the adapter itself."""
    named = list(imports(module))
    named += [
        (node, node.value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
    ]
    for node, name in named:
        found = ADAPTER.match(name)
        if found and module.name != "oms.wiring" and not is_within(module.name, found.group(0)):
            yield f"{module.place(node)} names {name}"


def test_imports_go_left() -> None:
    wrong = [
        line
        for module in modules()
        for line in (*imports_to_the_right(module), *relations_to_the_right(module))
    ]
    assert wrong == []


def test_adapters_are_named_only_in_wiring() -> None:
    assert [line for module in modules() for line in foreign_adapters(module)] == []


def test_the_sandbox_imports_nothing_of_ours() -> None:
    wrong = [
        f"{module.place(node)} imports {name}"
        for module in modules()
        if is_within(module.name, "oms.sandbox")
        for node, name in imports(module)
        if any(is_within(name, package) for package in PACKAGES)
        and not is_within(name, "oms.sandbox")
    ]
    assert wrong == []


def test_connectors_share_nothing_with_the_sandbox() -> None:
    wrong = [
        f"{module.place(node)} imports {name}"
        for module in modules()
        if rank(module.name) < TOP
        for node, name in imports(module)
        if is_within(name, "oms.sandbox")
    ]
    assert wrong == []


def test_the_rules_see_a_violation() -> None:
    assert list(imports_to_the_right(parse("def f():\n    from shipping.models import Package")))
    assert (
        list(imports_to_the_right(parse("from . import cancel\nimport inventory.services"))) == []
    )
    assert list(imports_to_the_right(parse("from orders import models", "oms.kernel.text")))
    assert list(relations_to_the_right(parse("x = models.ForeignKey('shipping.Package')")))
    assert list(foreign_adapters(parse("import shipping.carriers.ghn.client", "shipping.tasks")))
    own = parse("from shipping.carriers.ghn import sign", "shipping.carriers.ghn.client")
    assert list(foreign_adapters(own)) == []
