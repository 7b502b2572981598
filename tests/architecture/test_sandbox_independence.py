"""The sandbox's servers know nothing of the system they are there to test."""

import ast
import sys
from pathlib import Path

import oms.sandbox

ROOM = Path(oms.sandbox.__file__).parent
DJANGO_SIDE = ("apps.py", "management")


def server_modules() -> list[Path]:
    return [
        path
        for path in sorted(ROOM.rglob("*.py"))
        if path.relative_to(ROOM).parts[0] not in DJANGO_SIDE
    ]


def imported(path: Path) -> set[str]:
    """Every module a file imports, relative ones made absolute."""
    names: set[str] = set()
    package = ["oms", "sandbox", *path.relative_to(ROOM).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            names.add(".".join([*base, node.module or ""]).strip("."))
    return names


def allowed(name: str) -> bool:
    return (
        name == "oms.sandbox"
        or name.startswith("oms.sandbox.")
        or name.split(".")[0] in sys.stdlib_module_names
    )


def test_sandbox_servers_import_the_standard_library_and_themselves_only():
    strange = {
        str(path.relative_to(ROOM)): sorted(name for name in imported(path) if not allowed(name))
        for path in server_modules()
    }
    assert {path: names for path, names in strange.items() if names} == {}


def test_partners_do_not_import_each_other():
    for path in server_modules():
        room = path.relative_to(ROOM).parts[0]
        if room in ("core", "run.py", "index.py", "registry.py", "__init__.py"):
            continue
        mine = ("oms.sandbox.core", f"oms.sandbox.{room}")
        ours = {name for name in imported(path) if name.startswith("oms.")}
        assert {name for name in ours if not name.startswith(mine)} == set(), path


def test_the_walk_sees_the_servers():
    names = {path.relative_to(ROOM).as_posix() for path in server_modules()}
    assert {"core/server.py", "ghn/partner.py", "sinvoice/partner.py"} <= names
    assert not any(name.startswith("management") for name in names)
