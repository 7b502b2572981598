"""The embedded servers: kept data, leftovers of a killed run, damaged folders."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from oms.embedded.checks import missing_libraries, refuse_used_ports
from oms.embedded.errors import StartRefused
from oms.embedded.postgres import Postgres
from oms.embedded.process import wait_for
from oms.embedded.valkey import Valkey
from oms.settings.env import socket_folder


@pytest.fixture
def home() -> Iterator[Path]:
    """A short path that PostgreSQL's own user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="oms-s-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def postgres_in(home: Path) -> Postgres:
    return Postgres(home / "postgres", home / "run", home / "log" / "postgres.log")


def test_postgres_keeps_its_data_and_recovers_from_a_kill(home: Path) -> None:
    server = postgres_in(home)
    server.start()
    try:
        assert server.make_database("shop")
        assert not server.make_database("shop")
        with psycopg.connect(server.url("shop")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        assert server.process
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(10)
        assert (home / "postgres" / "postmaster.pid").exists()
        server = postgres_in(home)
        server.start()
        with psycopg.connect(server.url("shop")) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    finally:
        server.stop()


def test_a_server_that_outlived_its_run_is_replaced(home: Path) -> None:
    orphan, successor = postgres_in(home), postgres_in(home)
    orphan.start()
    try:
        successor.start()
        assert orphan.process
        assert wait_for(lambda: orphan.exit_code() is not None, 10)
    finally:
        successor.stop()
        orphan.stop()


def test_a_damaged_database_folder_is_one_sentence(home: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "something").write_text("")
    with pytest.raises(StartRefused, match="is damaged \\(PG_VERSION is missing\\)"):
        postgres_in(home).start()
    (home / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(StartRefused, match="was made by PostgreSQL 15, this is 18"):
        postgres_in(home).start()


def test_valkey_replaces_an_orphan_and_a_stale_socket(home: Path) -> None:
    first = Valkey(home / "valkey", home / "run", home / "log" / "valkey.log")
    first.start()
    first.client().set("kept", "yes")
    second = Valkey(home / "valkey", home / "run", home / "log" / "valkey.log")
    try:
        second.start()
        assert second.client().get("kept") == b"yes"
        assert second.process
        second.process.kill()
        second.process.wait(5)
        assert second.socket.exists()
        second.start()
        assert second.answers()
    finally:
        second.stop()
        first.stop()
    assert not second.socket.exists()


def test_a_used_port_is_named() -> None:
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(StartRefused) as refusal:
            refuse_used_ports([(port, "the web pages", "OMS_PORT")])
    assert str(refusal.value) == (
        f"Port {port} (the web pages) cannot be used: address already in use; "
        "stop the program that holds it, or set OMS_PORT to another number."
    )
    refuse_used_ports([(port, "the web pages", "OMS_PORT")])


def test_a_missing_printing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oms.embedded.checks.PRINT_LIBRARIES", {"libnone.so.9": "libnone9"})
    assert missing_libraries() == (
        "Labels and invoices cannot be printed because system libraries are missing: "
        "run `apt-get install libnone9` and start again."
    )


def test_a_long_data_path_gets_short_sockets() -> None:
    assert socket_folder(Path("/srv/oms/var")) == Path("/srv/oms/var/run")
    long = socket_folder(Path("/srv") / ("x" * 120))
    assert len(str(long / ".s.PGSQL.5432.lock")) <= 107
    assert long != socket_folder(Path("/srv") / ("y" * 120))
