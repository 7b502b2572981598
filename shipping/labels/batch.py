"""A batch for the printer: our labels, and marketplace waybills as they were given."""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby

from shipping.models import Package

from .build import labels_of
from .document import plain_labels


def print_batch(packages: Sequence[Package]) -> bytes:
    """One PDF with the packages in the order given; a given waybill is never redrawn."""
    groups = [
        (given, list(group)) for given, group in groupby(packages, key=lambda p: bool(p.waybill))
    ]
    if len(groups) == 1 and not groups[0][0]:
        return plain_labels(labels_of(packages))
    parts: list[bytes] = []
    for given, group in groups:
        parts += [read_waybill(p) for p in group] if given else [plain_labels(labels_of(group))]
    return merged(parts)


def read_waybill(package: Package) -> bytes:
    with package.waybill.open("rb") as file:
        return file.read()


def merged(parts: Sequence[bytes]) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for part in parts:
        writer.append(BytesIO(part))
    writer.compress_identical_objects()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
