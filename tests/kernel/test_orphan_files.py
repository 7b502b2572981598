"""Files that a crash left without a row go at night; what a row names, and what is young, stays."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import ProductImage
from oms.kernel.clock import now
from oms.kernel.orphan_files import find_orphans, sweep_orphans
from orders.services.notes import add_note
from tests.inventory.makers import make_variant
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def disk(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    return tmp_path


def put_file(path: Path, *, age: timedelta) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left")
    at = (now() - age).timestamp()
    os.utime(path, (at, at))
    return path


def make_old(disk: Path) -> list[Path]:
    files = sorted(path for path in disk.rglob("*") if path.is_file())
    at = (now() - timedelta(days=3)).timestamp()
    for path in files:
        os.utime(path, (at, at))
    return files


def test_only_old_files_without_a_row_go(disk):
    order = place((make_variant(), 1))
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.4 bien ban")
    add_note(order.pk, "Ảnh hộp", actor=ACTOR, files=[pdf])
    picture = ProductImage(product=make_variant("MU").product, position=1)
    picture.file.save("a.jpeg", ContentFile(b"big"), save=False)
    picture.thumb.save("a.webp", ContentFile(b"small"), save=False)
    picture.save()
    kept = make_old(disk)
    assert len(kept) == 3
    young = put_file(disk / "media/notes/7/young", age=timedelta(hours=23))
    hidden = put_file(disk / "media/.keep", age=timedelta(days=9))
    orphans = [
        put_file(disk / "media/notes/7/old", age=timedelta(hours=25)),
        put_file(disk / "private/claims/2026/01/old.pdf", age=timedelta(days=30)),
    ]
    assert [orphan.name for orphan in find_orphans()] == ["claims/2026/01/old.pdf", "notes/7/old"]
    assert sweep_orphans() == 2
    assert not any(path.exists() for path in orphans)
    assert all(path.exists() for path in [*kept, young, hidden])
    assert sweep_orphans() == 0


def test_the_command_lists_and_deletes_only_when_told(disk):
    old = put_file(disk / "media/packed/1/old", age=timedelta(days=2))
    out = StringIO()
    call_command("orphan_files", stdout=out)
    assert "packed/1/old" in out.getvalue()
    assert "1 files, 4 bytes" in out.getvalue()
    assert old.exists()
    call_command("orphan_files", "--delete", stdout=out)
    assert "1 deleted" in out.getvalue()
    assert not old.exists()


def test_very_many_are_left_to_a_person(disk, caplog):
    for number in range(4):
        put_file(disk / f"media/packed/1/{number}", age=timedelta(days=2))
    assert sweep_orphans(most=3) == 0
    assert "orphan_files_not_swept" in caplog.text
    assert len(find_orphans()) == 4
    assert sweep_orphans(most=4) == 4


def test_an_empty_house_and_a_missing_folder_are_no_fault(disk):
    assert find_orphans() == []
    assert sweep_orphans() == 0


def test_statements_do_not_grow_with_files(disk):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            find_orphans()
        return len(caught)

    put_file(disk / "media/packed/1/0", age=timedelta(days=2))
    one = statements()
    for number in range(1, 20):
        put_file(disk / f"media/packed/1/{number}", age=timedelta(days=2))
    assert statements() == one
