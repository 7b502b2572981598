"""What the check of a file found, as the preview shows it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from inventory.imports.outcomes import Engine, Outcome, Sheet
from inventory.imports.rows import Row
from oms.kernel.tables import Table, cell_name

FAULTS_KEPT, ROWS_SHOWN = 200, 20


def report_of(
    engine: Engine, sheet: Sheet, table: Table, mapping: Mapping[str, int]
) -> dict[str, Any]:
    """What the import would do, counted, with the first rows and the first faults."""
    counts: Counter[str] = Counter()
    faults: list[list[Any]] = []
    head: list[dict[str, Any]] = []
    marks: list[str] = []
    mended: list[list[Any]] = []
    for outcome in engine.preview(sheet):
        counts[outcome.kind] += 1
        marks += [outcome.row.mark] if outcome.row.mark else []
        mended += [
            _told(mapping, table, outcome.row, key, value)
            for key, value in outcome.row.mended.items()
        ]
        if len(head) < ROWS_SHOWN:
            head.append(_shown(mapping, table, outcome))
        if len(faults) < FAULTS_KEPT:
            faults += [
                _told(mapping, table, outcome.row, fault.key, fault.message)
                for fault in outcome.row.faults
            ]
    return {
        "counts": counts,
        "total": len(sheet.rows),
        "faults": faults[:FAULTS_KEPT],
        "head": head,
        "marks": marks[:FAULTS_KEPT],
        "mark_count": len(marks),
        "mended": mended[:FAULTS_KEPT],
        "mended_count": len(mended),
    }


def _told(mapping: Mapping[str, int], table: Table, row: Row, key: str, message: str) -> list[Any]:
    """[row, cell, what it holds, what is wrong or what it is taken for]"""
    number, place = row.number, mapping.get(key)
    if place is None:
        return [number, "", "", message]
    return [number, cell_name(number - 1, place), table.rows[number - 1][place], message]


def _shown(mapping: Mapping[str, int], table: Table, outcome: Outcome) -> dict[str, Any]:
    wrong = {mapping.get(fault.key) for fault in outcome.row.faults}
    cells = list(table.rows[outcome.row.number - 1])
    for key, value in outcome.row.mended.items():
        cells[mapping[key]] = f"{cells[mapping[key]]} → {value}"
    return {
        "number": outcome.row.number,
        "kind": outcome.kind,
        "text": outcome.text,
        "mark": outcome.row.mark,
        "cells": [[cells[place], place in wrong] for place in sorted(mapping.values())],
    }
