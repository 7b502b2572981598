"""A batch for the printer: our labels, and marketplace waybills as they were given."""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby

from shipping.models import Package

from .build import labels_of
from .content import Label
from .document import plain_labels
from .stamp import can_stamp, stamped_labels


def print_batch(packages: Sequence[Package]) -> bytes:
    """One PDF with the packages in the order given; a given waybill is never redrawn."""
    parts: list[bytes] = []
    for given, group in groupby(packages, key=lambda package: bool(package.waybill)):
        if given:
            parts += [read_waybill(package) for package in group]
        else:
            parts += drawn(labels_of(group))
    return parts[0] if len(parts) == 1 else merged(parts)


def drawn(labels: Sequence[Label]) -> list[bytes]:
    """Stamped where the fonts can set the text, else laid out by the plain document."""
    return [
        stamped_labels(list(group)) if quick else plain_labels(list(group))
        for quick, group in groupby(labels, key=can_stamp)
    ]


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
