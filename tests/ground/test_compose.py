"""docker-compose.yml: its commands run as written, with production settings, and become healthy."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
import yaml
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import connection

from oms.embedded import children
from oms.embedded.children import GRANIAN_OPTIONS
from oms.embedded.process import kill_group, stop_process, wait_for
from oms.embedded.supervisor import Child

ROOT = Path(__file__).resolve().parents[2]
WORKERS = ("worker-inbox", "worker-outbox", "worker-slow")
OURS = ("web", *WORKERS, "beat", "migrate")
PROGRAMS = {"granian", "celery", "python"}


def expand(text: str) -> str:
    """${NAME:-default} as Compose reads it with an empty environment."""
    return re.sub(r"\$\{\w+(?::-([^}]*))?\}", lambda found: found.group(1) or "", text)


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_every_secret_comes_from_a_file(compose: dict) -> None:
    for name in (*OURS, "db"):
        service = compose["services"][name]
        for variable, value in service["environment"].items():
            if re.search(r"SECRET|PASSWORD|FIELD_KEYS|PARTNER_KEY", variable):
                assert variable.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in service["secrets"]
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_web_and_worker_scale_and_the_beat_does_not(compose: dict) -> None:
    services = compose["services"]
    for name in ("web", *WORKERS):
        assert "container_name" not in services[name]
        assert "ports" not in services[name]
    assert services["beat"]["deploy"] == {"replicas": 1}
    assert "dynamic a web 8000" in compose["configs"]["caddyfile"]["content"]


def test_volumes_dependencies_and_secrets_exist(compose: dict) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", [])) <= set(compose["services"])
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        assert {volume.partition(":")[0] for volume in service.get("volumes", [])} <= set(
            compose["volumes"]
        )


def test_containers_run_what_make_run_runs(compose: dict) -> None:
    services = compose["services"]
    assert set(GRANIAN_OPTIONS) <= set(services["web"]["command"])
    for child in children.workers(Path(), processes=2):
        ran = [part for part in child.argv if part not in (sys.executable, "-m")]
        assert list(map(expand, services[child.name]["command"])) == ran
    assert '"--interface", "wsgi"' in (ROOT / "Dockerfile").read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    """The address of the test database that Django made for this worker."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))


def container(compose: dict, name: str, home: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """The service's command and environment, on this machine's servers, port and folders."""
    service = compose["services"][name]
    command = [expand(part).replace("8000", str(port)) for part in service["command"]]
    programs = Path(sys.executable).parent
    command = [str(programs / part) if part in PROGRAMS else part for part in command]
    variables = {key: expand(value) for key, value in service["environment"].items()}
    for variable, value in variables.items():
        if value.startswith("/run/secrets/"):
            variables[variable] = str(home / value.removeprefix("/run/secrets/"))
    variables |= {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL}
    variables |= {"OMS_HOME": str(home), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    return command, variables


@contextmanager
def running(compose: dict, name: str, home: Path, port: int) -> Iterator[Child]:
    command, variables = container(compose, name, home, port)
    child = Child(
        name,
        ["env", "-i", *(f"{k}={v}" for k, v in variables.items()), *command],
        home / f"{name}.log",
    )
    child.start()
    try:
        yield child
    finally:
        assert child.process
        stop_process(child.process, 15, 20)
        kill_group(child.process.pid)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Stands for a container's /data and /run/secrets."""
    (tmp_path / "secret_key").write_text("k" * 20 + "Zx81-" * 10)
    (tmp_path / "field_keys").write_text(Fernet.generate_key().decode())
    (tmp_path / "database_password").write_text("not-asked-for-on-a-socket")
    (tmp_path / "shopee_partner_key").write_text("")
    (tmp_path / "lazada_app_secret").write_text("")
    (tmp_path / "tiktok_shop_app_secret").write_text("")
    (tmp_path / "static").mkdir()
    return tmp_path


def probe(compose: dict, home: Path, port: int) -> subprocess.CompletedProcess[str]:
    """The container's own health check."""
    check = compose["services"]["web"]["healthcheck"]["test"]
    _, variables = container(compose, "web", home, port)
    command = [part.replace("8000", str(port)) for part in check[1:]]
    command[0] = sys.executable
    return subprocess.run(
        command, env=variables, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.django_db(transaction=True)
def test_the_containers_become_healthy_and_turn_red_without_a_worker(
    compose: dict, home: Path, redis_clean: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    port = free_port()

    def green() -> bool:
        return probe(compose, home, port).returncode == 0

    with (
        running(compose, "web", home, port) as web,
        running(compose, "beat", home, port),
        running(compose, "worker-inbox", home, port),
        running(compose, "worker-slow", home, port),
    ):
        with running(compose, "worker-outbox", home, port):
            healthy = wait_for(green, 60)
            logs = "\n".join(log.read_text()[-1500:] for log in home.glob("*.log"))
            assert healthy, f"{probe(compose, home, port).stderr}\n{logs}"
            assert web.exit_code() is None
        assert wait_for(lambda: not green(), 30)
        assert '"worker": false' in probe(compose, home, port).stderr


def test_production_settings_pass_djangos_deployment_checks(compose: dict, home: Path) -> None:
    _, variables = container(compose, "web", home, 8000)
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_production_refuses_the_sandbox(compose: dict, home: Path) -> None:
    _, variables = container(compose, "web", home, 8000)
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**variables, "OMS_SANDBOX": "on"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "OMS_SANDBOX=on belongs to make run" in done.stderr
