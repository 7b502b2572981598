"""Which column of the sender's file is which of ours: guessed once, remembered afterwards."""

import hashlib
from collections.abc import Mapping, Sequence

from inventory.imports.profiles import Field
from oms.kernel.tables import Heading, fold_label


def signature(labels: Sequence[str]) -> str:
    """The same for files with the same headings in the same order."""
    text = "\x1f".join(fold_label(label) for label in labels)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def guess(fields: Sequence[Field], heading: Heading) -> dict[str, int]:
    """Column numbers by our keys: by the hidden keys, else by the headings' words.

    A column is given away once, to the field that is named most exactly; the rest is left open.
    """
    if heading.keys:
        places = {key: index for index, key in enumerate(heading.keys) if key}
        return {field.key: places[field.key] for field in fields if field.key in places}
    labels = [fold_label(label) for label in heading.labels]
    found: dict[str, int] = {}
    for exact in (True, False):
        for field in fields:
            if field.key in found:
                continue
            own = {fold_label(str(field.label)), fold_label(field.key)}
            names = own if exact else field.names()
            free = (i for i, label in enumerate(labels) if i not in found.values())
            place = next((i for i in free if labels[i] in names), None)
            if place is not None:
                found[field.key] = place
    return found


def fitting(fields: Sequence[Field], mapping: Mapping[str, int], width: int) -> dict[str, int]:
    """A remembered mapping without what the user may not fill or the file does not have."""
    keys = {field.key for field in fields}
    return {key: place for key, place in mapping.items() if key in keys and 0 <= place < width}


def known_labels(fields: Sequence[Field]) -> set[str]:
    return {name for field in fields for name in field.names()}
