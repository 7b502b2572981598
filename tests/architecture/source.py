"""Our own source files, parsed once, and small questions about them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("inventory", "orders", "invoicing", "shipping", "channels_sync")
PACKAGES = ("oms", *APPS)


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """The package that relative imports of this module start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    def place(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of ours, migrations apart."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                tree = ast.parse(path.read_text(), filename=str(path))
                found.append(Module(module_name(path), path, tree))
    return tuple(found)


def parse(code: str, name: str = "orders.services.example") -> Module:
    """A module out of a string, for the tests of the rules themselves."""
    path = ROOT / (name.replace(".", "/") + ".py")
    return Module(name, path, ast.parse(code))


def imports(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Each imported name in full (`a.b.c` for `from a.b import c`), those inside functions too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.package.split(".")
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join([*parts, base] if base else parts)
            for alias in node.names:
                yield node, f"{base}.{alias.name}"


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def called_name(node: ast.Call) -> str:
    """`update` for `x.update(...)`, `float` for `float(...)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def own_name(node: ast.AST) -> str:
    """`total_vnd` for the name `total_vnd` and for the attribute `order.total_vnd`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
