"""The management commands: a process that serves and stops, and the credentials it goes with."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from io import StringIO

import pytest
import requests
from django.conf import settings
from django.core.management import CommandError, call_command


def free_base() -> int:
    """A port whose next five are free too, below those the system gives to callers."""
    for base in random.sample(range(20_000, 32_000, 6), 200):
        if all(_is_free(base + offset) for offset in range(6)):
            return base
    pytest.fail("no six free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def test_credentials_name_the_addresses_the_settings_point_to():
    out = StringIO()
    call_command("sandbox_credentials", stdout=out)
    told = json.loads(out.getvalue())
    assert told["ghn"]["base_url"] == settings.PARTNERS["ghn"]["base_url"]
    assert told["sinvoice"]["base_url"] == settings.PARTNERS["sinvoice"]["base_url"]
    assert told["ghn"]["shop_id"] == 190001


def test_the_process_serves_every_partner_and_stops_when_asked(tmp_path):
    base = free_base()
    environment = os.environ | {"OMS_HOME": str(tmp_path), "OMS_SANDBOX_PORT": str(base)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox", "ghn", "sinvoice"],
        cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        page = wait_for(f"http://127.0.0.1:{base}/")
        assert f"http://127.0.0.1:{base + 2}" in page.text
        for offset, name in ((2, "ghn"), (3, "sinvoice")):
            control = requests.get(f"http://127.0.0.1:{base + offset}/_sandbox/", timeout=30)
            assert control.json()["partner"] == name
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "sandbox" / "ghn.sqlite3").exists()


def test_a_port_in_use_is_said_in_one_sentence(tmp_path, settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings.OMS_HOME = tmp_path
        settings.OMS_SANDBOX_PORT = taken.getsockname()[1] - 2
        with pytest.raises(CommandError, match="cannot listen on ports"):
            call_command("sandbox", "ghn", stdout=StringIO())


def test_an_unknown_partner_is_named(tmp_path, settings):
    settings.OMS_HOME = tmp_path
    with pytest.raises(CommandError, match="no partner 'dhl'"):
        call_command("sandbox", "dhl", stdout=StringIO())


def wait_for(url: str) -> requests.Response:
    end = time.monotonic() + 60
    while True:
        try:
            return requests.get(url, timeout=30)
        except requests.ConnectionError:
            if time.monotonic() > end:
                pytest.fail(f"nothing answers at {url}")
            time.sleep(0.1)
