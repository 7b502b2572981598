"""What the check of a file found, as the preview shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.imports.outcomes import Outcome
from inventory.imports.rows import Row
from oms.kernel.tables import cell_name

FAULTS_KEPT, ROWS_SHOWN = 200, 20


def report_of(outcomes: Iterable[Outcome], mapping: Mapping[str, int]) -> dict[str, Any]:
    """What the import would do, counted, with the first rows and the first faults."""
    counts: Counter[str] = Counter()
    faults: list[list[Any]] = []
    head: list[dict[str, Any]] = []
    marks: list[str] = []
    mended: list[list[Any]] = []
    mark_count = mended_count = 0
    for outcome in outcomes:
        counts[outcome.kind] += 1
        if outcome.row.mark:
            mark_count += 1
            marks += [outcome.row.mark] if len(marks) < FAULTS_KEPT else []
        mended_count += len(outcome.row.mended)
        if len(mended) < FAULTS_KEPT:
            mended += [
                _told(mapping, outcome.row, key, value) for key, value in outcome.row.mended.items()
            ]
        if len(head) < ROWS_SHOWN:
            head.append(_shown(mapping, outcome))
        if len(faults) < FAULTS_KEPT:
            faults += [
                _told(mapping, outcome.row, fault.key, fault.message)
                for fault in outcome.row.faults
            ]
    return {
        "counts": counts,
        "total": sum(counts.values()),
        "faults": faults[:FAULTS_KEPT],
        "head": head,
        "marks": marks,
        "mark_count": mark_count,
        "mended": mended[:FAULTS_KEPT],
        "mended_count": mended_count,
    }


def _told(mapping: Mapping[str, int], row: Row, key: str, message: str) -> list[Any]:
    """[row, cell, what it holds, what is wrong or what it is taken for]"""
    number, place = row.number, mapping.get(key)
    if place is None:
        return [number, "", "", message]
    return [number, cell_name(number - 1, place), row.cells[place], message]


def _shown(mapping: Mapping[str, int], outcome: Outcome) -> dict[str, Any]:
    wrong = {mapping.get(fault.key) for fault in outcome.row.faults}
    cells = list(outcome.row.cells)
    for key, value in outcome.row.mended.items():
        cells[mapping[key]] = f"{cells[mapping[key]]} → {value}"
    return {
        "number": outcome.row.number,
        "kind": outcome.kind,
        "text": outcome.text,
        "mark": outcome.row.mark,
        "cells": [[cells[place], place in wrong] for place in sorted(mapping.values())],
    }
