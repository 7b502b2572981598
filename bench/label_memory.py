"""10,000 labels as a job: the memory of the process that draws them, beside that of one part."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _floor_shop import booked_orders
from _scratch import scratch_database, set_up, show
from _shop import stock_shop

from bench.figure import Figure, peak_mb

LABELS = int(os.environ.get("BENCH_LABELS", "10000"))
ONE_PART = 500
GROWTH = 1.3  # of one part's memory, however many parts follow


def figures() -> Iterable[Figure]:
    with scratch_database("label_memory") as url:
        booked_orders(stock_shop(url, variants=50), LABELS, pieces=2, lines=3)
        from oms.accounts.models import User

        User.objects.create_user("bench-owner", role="owner")
        one, all_of_them = peak_of(url, ONE_PART), peak_of(url, LABELS)
        yield Figure("label_job_memory", all_of_them, "MB", one, GROWTH)


def peak_of(url: str, labels: int) -> float:
    """The most that a process of its own holds while it draws so many."""
    child = [sys.executable, __file__, url, str(labels)]
    printed = subprocess.run(child, check=True, capture_output=True, text=True).stdout
    return float(printed.split()[-1])


def draw(labels: int) -> None:
    from oms.accounts.models import User
    from shipping.models import Package, PrinterProfile
    from shipping.services.print_runs import begin_run, draw_run

    ids = list(Package.objects.order_by("pk").values_list("pk", flat=True)[:labels])
    profile = PrinterProfile(kind="waybill", paper="100x150", page_order="bin")
    run = begin_run(ids, profile, user=User.objects.get(username="bench-owner"))
    draw_run(run.pk)
    assert run.job.rows.filter(ok=True).count() == len(ids)
    for part in run.parts.all():
        part.file.delete(save=False)


if __name__ == "__main__":
    if sys.argv[1:]:
        set_up(sys.argv[1])
        draw(int(sys.argv[2]))
        print(peak_mb())
    else:
        show(figures())
