"""Import the "Online Retail" data set as website orders."""

import csv
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oms.kernel.errors import DomainError
from orders.imports.online_retail import COLUMNS, read_lines
from orders.imports.retail_orders import Report, Tally, import_lines

# No series of daily rates comes with the data: one round rate, kept on every order, unless given.
DEFAULT_RATE = "30000"


class Command(BaseCommand):
    help = "Import FILE (csv or csv.gz) and write what was refused, line by line, to a report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--rate", type=Decimal, default=Decimal(DEFAULT_RATE))
        parser.add_argument("--report", type=Path, help="default: FILE.refused.csv in this folder")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"No such file: {path}")
        if options["rate"] <= 0:
            raise CommandError("--rate must be the dong for one pound, above zero")
        try:
            report = import_lines(read_lines(path), rate=options["rate"])
        except (DomainError, UnicodeDecodeError, OSError) as error:
            raise CommandError(f"{path}: {error}")
        target = options["report"] or Path(path.name.split(".")[0] + ".refused.csv")
        write_report(target, report)
        self.tell(report, target)

    def tell(self, report: Report, target: Path) -> None:
        whole = Tally()
        for name in ("imported", "matched", "refused"):
            tally: Tally = getattr(report, name)
            whole.lines += tally.lines
            whole.pence += tally.pence
            self.stdout.write(f"{name:9} {tally.lines:7} lines {pounds(tally.pence):>14} GBP")
        self.stdout.write(f"{'file':9} {whole.lines:7} lines {pounds(whole.pence):>14} GBP")
        self.stdout.write(
            f"{report.new_orders} orders and {report.new_cancellations} cancellations are new; "
            f"refused lines: {target}"
        )
        if report.stuck:
            self.stdout.write(f"{len(report.stuck)} cancelled orders have left: see their problems")


def pounds(pence: int) -> str:
    return f"{Decimal(pence).scaleb(-2):,.2f}"


def write_report(target: Path, report: Report) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Line", *COLUMNS, "Reason"])
        for refusal in sorted(report.refusals, key=lambda row: row.number):
            cells = [safe_cell(refusal.raw.get(column) or "") for column in COLUMNS]
            writer.writerow([refusal.number, *cells, refusal.reason])


def safe_cell(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe; numbers stay."""
    looks_like_formula = text[:1] in "=+@\t\r" or (text[:1] == "-" and not text[1:2].isdigit())
    return f"'{text}" if text and looks_like_formula else text
