"""A running S-Invoice, and the account of a seller there."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from invoicing import ports
from invoicing.issuers.sinvoice import client as sinvoice_client
from invoicing.issuers.sinvoice.connector import sinvoice_factory
from invoicing.models import IssuerAccount
from invoicing.ports import register_issuer
from oms.sandbox.run import Sandbox, running_sandbox
from tests.invoicing.build import make_account

CREATE, SEARCH = "*/createInvoice/*", "*/searchInvoiceByTransactionUuid"
FILE = "*/getInvoiceRepresentationFile"


class Issuer:
    """The partner's side, as a test sees and disturbs it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.sandbox.control("sinvoice", method, path, body)

    def fault(self, kind: str, path: str, **options: Any) -> None:
        self.control("POST", "faults", {"kind": kind, "path": path, **options})

    def heal(self) -> None:
        self.control("DELETE", "faults")

    def invoices(self) -> list[dict[str, Any]]:
        return self.sandbox.partner("sinvoice").db.all("invoices")

    def wait_for_invoices(self, number: int, seconds: int = 30) -> None:
        """Until a server that was slow has done what we gave up waiting for."""
        end = time.monotonic() + seconds
        while len(self.invoices()) < number or not self.count("createInvoice/"):
            assert time.monotonic() < end, "the invoice never came"
            time.sleep(0.02)

    def count(self, path: str) -> int:
        return len(self.control("GET", f"calls?path={path}&limit=1000"))


@pytest.fixture(scope="session")
def running_sinvoice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("sinvoice")
    with running_sandbox(folder, ["sinvoice"]) as sandbox:
        yield sandbox


@pytest.fixture
def issuer(
    running_sinvoice: Sandbox,
    redis_clean: object,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
) -> Issuer:
    """The registered S-Invoice is the sandbox, empty and with short time-outs."""
    running_sinvoice.control("sinvoice", "POST", "reset", {})
    # The tax office's code comes when a test asks for it, however slow the machine is.
    running_sinvoice.control("sinvoice", "POST", "code_delay", {"seconds": 600})
    sinvoice_client.TOKENS.tokens.clear()
    sinvoice_client.TOKENS.doubted.clear()
    monkeypatch.setattr(sinvoice_client, "CREATE_TIMEOUT", (1, 2))
    register_for_a_while(monkeypatch, running_sinvoice.url("sinvoice"))
    settings.MEDIA_ROOT = tmp_path
    return Issuer(running_sinvoice)


def register_for_a_while(patch: pytest.MonkeyPatch, url: str) -> None:
    """S-Invoice at this address; undoing the patch brings the wired one back."""
    patch.setattr(ports, "_issuers", dict(ports._issuers))
    register_issuer("sinvoice", "Viettel S-Invoice", sinvoice_factory(url))


@pytest.fixture
def account(db: None) -> IssuerAccount:
    return make_account()


@pytest.fixture
def in_step(django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[..., Any]:
    """Run what waits for the commit, as after a real one."""
    return django_capture_on_commit_callbacks
