"""500 waybills from the click to the PDF, ours and given ones, and a job in files of 500."""

import os
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from _floor_shop import booked_orders
from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

LABELS = int(os.environ.get("BENCH_LABELS", "500"))
JOB_LABELS = int(os.environ.get("BENCH_JOB_LABELS", "2000"))
ROUNDS = 3
CLICK_SECONDS = 3.0  # of 500 labels
GIVEN_RATIO = 1.5  # of joining the same waybills as they are
JOB_RATE = 150  # labels a second, as the click has to be


def figures() -> Iterable[Figure]:
    with scratch_database("labels") as url:
        skus = stock_shop(url, variants=50)
        booked_orders(skus, max(LABELS, JOB_LABELS), pieces=2, lines=3)
        times = clicks()
        limit = CLICK_SECONDS * LABELS / 500
        yield Figure("label_click", statistics.median(times), "s", limit, 1)
        yield given_with_goods()
        rate = JOB_LABELS / job_seconds()
        yield Figure("label_job", rate, "labels/s", JOB_RATE, 1, higher_is_better=True)


def clicks() -> list[float]:
    """The first one warms the process: a worker is kept warm too."""
    from django.test import Client
    from django.urls import reverse

    from oms.accounts.models import User
    from shipping.models import Package

    client = Client()
    client.force_login(User.objects.create_user("bench-owner", role="owner"))
    ids = Package.objects.order_by("pk").values_list("pk", flat=True)[:LABELS]
    address = f"{reverse('shipping:labels_pdf')}?ids={','.join(map(str, ids))}"
    times = []
    for _round in range(ROUNDS + 1):
        started = time.perf_counter()
        answer = client.get(address)
        times.append(time.perf_counter() - started)
        assert answer.content.startswith(b"%PDF")
    return times[1:]


def given_with_goods() -> Figure:
    """As many waybills that others drew, our strip below each; beside joining them as they are."""
    from shipping.labels.batch import merged
    from shipping.labels.beside import with_goods_below
    from shipping.labels.build import labels_of, packages_for_print
    from shipping.labels.papers import PAPERS, Printer
    from shipping.labels.stamp import stamped_labels
    from shipping.models import Package

    ids = list(Package.objects.order_by("pk").values_list("pk", flat=True)[:LABELS])
    labels = labels_of(packages_for_print(ids, Package.objects.all()))
    given = [stamped_labels([label], Printer(PAPERS["a6"])) for label in labels]
    started = time.perf_counter()
    merged(given)
    floor = time.perf_counter() - started
    started = time.perf_counter()
    with_goods_below(given, labels)
    took = time.perf_counter() - started
    print(f"given waybills: joined as they are {floor:.2f} s, with our goods {took:.2f} s")
    return Figure("label_given_goods", took / floor, "of joining", GIVEN_RATIO, 1)


def job_seconds() -> float:
    from oms.accounts.models import User
    from shipping.models import Package, PrinterProfile
    from shipping.services.print_runs import begin_run, draw_run

    user = User.objects.get(username="bench-owner")
    ids = list(Package.objects.order_by("pk").values_list("pk", flat=True)[:JOB_LABELS])
    profile = PrinterProfile(kind="waybill", paper="100x150", page_order="bin")
    started = time.perf_counter()
    run = begin_run(ids, profile, user=user)
    draw_run(run.pk)
    took = time.perf_counter() - started
    assert run.job.rows.filter(ok=True).count() == len(ids)
    for part in run.parts.all():
        part.file.delete(save=False)
    return took


if __name__ == "__main__":
    show(figures())
