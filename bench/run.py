"""Runs the bench scripts and prints one line a figure: name value unit floor ratio goal ok|short.

Every other file in this folder has `figures() -> Iterable[Figure]`. `python bench/run.py intake`
runs bench/intake.py alone. Ends with status 1 when a figure falls short of its goal.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench._servers import servers
from bench.figure import Figure

NOT_FIGURES = {"run", "figure", "__init__"}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench.{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # clients started as processes look their work up by name
    spec.loader.exec_module(module)
    return module


def scripts(only: str) -> list[Path]:
    found = sorted(Path(__file__).parent.glob("*.py"))
    found = [path for path in found if path.stem not in NOT_FIGURES and path.stem[0] != "_"]
    return [path for path in found if not only or path.stem == only]


def main(only: str = "") -> int:
    chosen = scripts(only)
    if only and not chosen:
        print(f"There is no bench/{only}.py", file=sys.stderr)
        return 2
    short = 0
    with servers():
        for path in chosen:
            short += run_alone(path)
    return 1 if short else 0


def run_alone(path: Path) -> int:
    """A process of its own: Django is set up once, on the database of that figure."""
    return subprocess.run([sys.executable, str(Path(__file__)), "--here", str(path)]).returncode


def measure(path: Path) -> int:
    """Print the figures of one script; returns how many fall short."""
    short = 0
    figures: Iterable[Figure] = load(path).figures()
    for figure in figures:
        print(figure.line(), flush=True)
        short += not figure.is_reached
    return short


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        sys.exit(measure(Path(sys.argv[2])))
    sys.exit(main(*sys.argv[1:2]))
