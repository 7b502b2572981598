"""The guard: no network, mail or PDF while rows are locked."""

from django.db import connection


def in_transaction() -> bool:
    """True inside an atomic block of ours (the one that a test case opens does not count)."""
    blocks = getattr(connection, "atomic_blocks", [])
    return any(not getattr(block, "_from_testcase", False) for block in blocks)


def forbid_in_transaction(what: str) -> None:
    if in_transaction():
        raise RuntimeError(f"{what} inside a transaction: locks would wait for it")
