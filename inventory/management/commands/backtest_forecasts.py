"""manage.py backtest_forecasts [FILE]: how the forecasts do on past sales, as a table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.replenishment.backtest import Table, backtest
from inventory.replenishment.samples import seeded_series, series_of_sales

LEAST_DAYS = 8
SEEDED = 300


class Command(BaseCommand):
    help = "Test the forecasts on a CSV of sales (StockCode, Quantity, InvoiceDate), or on seeded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="CSV or CSV.gz; without it, seeded series")
        parser.add_argument("--weeks", type=int, default=4, help="last weeks that are forecast")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            path = Path(options["file"])
            if not path.is_file():
                raise CommandError(f"{path} is no file")
            series = series_of_sales(path, least_days=LEAST_DAYS)
        else:
            series = seeded_series(SEEDED)
        self._print(backtest(series, weeks=options["weeks"]))

    def _print(self, table: Table) -> None:
        write = self.stdout.write
        write(f"{table.series} series, {table.weeks} weeks forecast\n")
        write("| method | MAE, pieces a week | MAE / naive | RMSE | bias |")
        write("| --- | --- | --- | --- | --- |")
        for name, score in sorted(table.scores.items(), key=lambda pair: pair[1].root_mean_square):
            write(
                f"| {name} | {score.mean_absolute:.2f} | {score.scaled:.2f} "
                f"| {score.root_mean_square:.2f} | {score.bias:+.2f} |"
            )
        chosen = sorted(table.picks.items(), key=lambda pair: -pair[1])
        write("\nchosen: " + ", ".join(f"{name} {count}" for name, count in chosen))
