"""Rules about single lines of code: outgoing HTTP, floats, status fields, environment."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import (
    APPS,
    Module,
    called_name,
    imports,
    is_within,
    modules,
    own_name,
    parse,
)

HTTP_CLIENTS = (
    *("requests", "urllib3", "urllib.request", "http.client"),
    *("httpx", "aiohttp", "smtplib", "ftplib"),
)
# kernel.http is the door. The sandbox calls our webhooks as a partner would, embedded asks our
# own health page; neither is a connector.
MAY_SPEAK_HTTP = ("oms.kernel.http", "oms.sandbox", "oms.embedded")
AMOUNT = re.compile(r"(_vnd|_minor|_g|quantity|on_hand|reserved|safety_stock)$")
STATUS_FIELDS = {
    *("status", "fulfillment_status", "fulfilment_status", "payment_status", "cod_status"),
    *("invoice_status", "booking_state"),
}
PAPER = ("shipping.labels.layout", "shipping.labels.beside")
READS_ENVIRONMENT = ("oms.settings", "oms.embedded", "oms.sandbox", "oms.celery", "oms.wsgi")


def in_apps(module: Module) -> bool:
    return any(is_within(module.name, app) for app in APPS)


def outgoing_http(module: Module) -> Iterator[str]:
    if any(is_within(module.name, allowed) for allowed in MAY_SPEAK_HTTP):
        return
    for node, name in imports(module):
        if any(is_within(name, client) for client in HTTP_CLIENTS):
            # Naming an answer's type or an exception opens no connection.
            if name.startswith(("requests.Response", "requests.exceptions")):
                continue
            if name == "requests" and names_only_types(module):
                continue
            yield f"{module.place(node)} imports {name}"


def names_only_types(module: Module) -> bool:
    """Whether `requests` appears in this module only as requests.Response or an exception."""
    used = {
        node.attr
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and own_name(node.value) == "requests"
    }
    return bool(used) and used <= {"Response", "exceptions", "RequestException"}


def floats(module: Module) -> Iterator[str]:
    """float(...), FloatField, a float annotation or arithmetic on an amount or a quantity."""
    durations = {
        inner
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef) and node.name.endswith("seconds")
        for inner in ast.walk(node)
    }
    for node in ast.walk(module.tree):
        if node in durations:
            continue
        if isinstance(node, ast.Call) and called_name(node) in {"float", "FloatField"}:
            yield f"{module.place(node)} calls {called_name(node)}"
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            name = node.arg if isinstance(node, ast.arg) else own_name(node.target)
            if AMOUNT.search(name) and "float" in ast.unparse(node.annotation):
                yield f"{module.place(node)} declares {name} as float"
        elif isinstance(node, ast.BinOp):
            sides = (node.left, node.right)
            if not any(AMOUNT.search(own_name(side)) for side in sides):
                continue
            literal = any(isinstance(s, ast.Constant) and isinstance(s.value, float) for s in sides)
            if literal or (isinstance(node.op, ast.Div) and AMOUNT.search(own_name(node.left))):
                yield f"{module.place(node)} computes in floats: {ast.unparse(node)}"


def is_service(module: Module) -> bool:
    parts = module.name.split(".")
    return "services" in parts or "management" in parts


def status_writes(module: Module) -> Iterator[str]:
    """x.status = ..., .update(status=...) and setattr(x, "status", ...) outside services."""
    if is_service(module):
        return
    for node in ast.walk(module.tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr in STATUS_FIELDS:
                yield f"{module.place(node)} assigns {ast.unparse(target)}"
        if not isinstance(node, ast.Call):
            continue
        if called_name(node) == "update" and isinstance(node.func, ast.Attribute):
            for keyword in node.keywords:
                if keyword.arg in STATUS_FIELDS:
                    yield f"{module.place(node)} updates {keyword.arg}"
        if called_name(node) == "setattr" and len(node.args) == 3:
            name = node.args[1]
            if isinstance(name, ast.Constant) and name.value in STATUS_FIELDS:
                yield f"{module.place(node)} sets {name.value}"


def environment_reads(module: Module) -> Iterator[str]:
    if any(is_within(module.name, allowed) for allowed in READS_ENVIRONMENT):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
            yield f"{module.place(node)} reads the environment"


def broken(rule, chosen=lambda module: True) -> list[str]:
    return [line for module in modules() if chosen(module) for line in rule(module)]


def test_no_outgoing_http_outside_the_kernel_door() -> None:
    assert broken(outgoing_http) == []


def counts(module: Module) -> bool:
    """Whether money or quantities may stand here; places on paper are no quantities."""
    return module.name == "oms.kernel.money" or (in_apps(module) and module.name not in PAPER)


def test_no_float_in_money_or_quantity() -> None:
    assert broken(floats, counts) == []


def test_status_fields_are_assigned_only_in_services() -> None:
    assert broken(status_writes, in_apps) == []


def test_the_environment_is_read_in_one_place() -> None:
    assert broken(environment_reads) == []


def test_the_rules_see_a_violation() -> None:
    view = "orders.views.example"
    assert list(outgoing_http(parse("import requests")))
    assert list(outgoing_http(parse("from urllib import request")))
    assert list(outgoing_http(parse("from urllib.parse import quote"))) == []
    assert list(floats(parse("total = float(text)")))
    assert list(floats(parse("def f(price_vnd: float): ...")))
    assert list(floats(parse("half = order.total_vnd / 2")))
    assert list(floats(parse("half = order.total_vnd // 2"))) == []
    assert list(status_writes(parse("order.status = 'x'", view)))
    assert list(status_writes(parse("Order.objects.update(cod_status='x')", view)))
    assert list(status_writes(parse("order.status = 'x'", "orders.services.lifecycle"))) == []
    assert list(environment_reads(parse("import os\nos.environ['A']", view)))
