"""Files that no row names: a crash between writing a file and its row leaves one behind.

Looked for in every store that a FileField of any model writes to. A name that any of those fields
holds is kept, in whichever store it lies.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage
from django.db.models import FileField

from oms.kernel.clock import now

log = logging.getLogger(__name__)

# Younger files may belong to a row that is being written.
OLD = timedelta(days=1)
# More at once are no crashes: another database, or a copy of an older day. A person looks first.
MOST_BY_ITSELF = 200
LOOKED_UP_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Orphan:
    storage: Storage
    name: str
    size: int


def find_orphans(*, moment: datetime | None = None) -> list[Orphan]:
    """Every file older than a day that no row names, by name. Changes nothing."""
    oldest = (moment or now()) - OLD
    found: list[Orphan] = []
    for storage in _stores():
        old = (name for name in _names(storage) if storage.get_modified_time(name) < oldest)
        while chunk := list(islice(old, LOOKED_UP_AT_ONCE)):
            held = _held(chunk)
            found += [Orphan(storage, n, storage.size(n)) for n in chunk if n not in held]
    return sorted(found, key=lambda orphan: orphan.name)


def sweep_orphans(*, most: int | None = MOST_BY_ITSELF, moment: datetime | None = None) -> int:
    """Delete them; returns how many. When there are more than `most`, none is touched."""
    found = find_orphans(moment=moment)
    if most is not None and len(found) > most:
        log.warning("orphan_files_not_swept count=%s most=%s", len(found), most)
        return 0
    held = _held([orphan.name for orphan in found])
    gone = [orphan for orphan in found if orphan.name not in held]
    for orphan in gone:
        orphan.storage.delete(orphan.name)
    if gone:
        log.info("orphan_files_swept count=%s", len(gone))
    return len(gone)


def _fields() -> Iterator[FileField]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField):
                yield field


def _stores() -> Iterable[Storage]:
    """Each once: two fields may write to one place through objects of their own."""
    stores: dict[Any, Storage] = {}
    for field in _fields():
        stores.setdefault(getattr(field.storage, "location", id(field.storage)), field.storage)
    return stores.values()


def _names(storage: Storage, folder: str = "") -> Iterator[str]:
    """What lies there, at any depth; hidden files are not ours."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in sorted(files) if not name.startswith("."))
    for inner in sorted(folders):
        if not inner.startswith("."):
            yield from _names(storage, prefix + inner)


def _held(names: list[str]) -> set[str]:
    """Those of the names that a row holds; a statement for each field."""
    held: set[str] = set()
    for field in _fields():
        rows: Any = field.model._base_manager.filter(**{f"{field.attname}__in": names})
        held.update(rows.values_list(field.attname, flat=True))
    return held
