"""The demo shop with every partner answering on this machine, for tests of whole flows."""

import atexit
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from oms.accounts.models import User
from oms.celery import app
from oms.sandbox.run import Sandbox, running_sandbox
from oms.wiring import wire_issuers
from tests.kept import bring_rows, keep_rows

FIRST_SHOP, SECOND_SHOP = 88012345, 88067890
SHOP_NAME = "Đơn Nhanh Demo"


class Partners:
    """Shopee, GHN and S-Invoice from their control side, and the clock of our own workers."""

    def __init__(self, sandbox: Sandbox, our_url: str) -> None:
        self.sandbox, self.our_url = sandbox, our_url

    def shopee(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.sandbox.control("shopee", method, path, body)

    def ghn(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.sandbox.control("ghn", method, path, body)

    def sinvoice(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.sandbox.control("sinvoice", method, path, body)

    def consent_code(self, shop_id: int) -> str:
        return self.shopee("POST", "issue_code", {"shop_id": shop_id})["code"]

    def sold_as(self, sku: str, shop_id: int) -> int:
        """The stock that a marketplace shop shows for a SKU."""
        [row] = self.shopee("GET", f"stock?shop_id={shop_id}&sku={sku}")
        return row["stock"]

    def settle(self) -> None:
        """Every webhook has been delivered, then every periodic task ran once."""
        for name in ("shopee", "ghn", "viettel_post", "ghtk"):
            self.sandbox.settle(name, seconds=20)
        beat()


def beat() -> None:
    """One turn of each periodic task, at once."""
    app.loader.import_default_modules()
    for entry in django_settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[entry["task"]].apply(throw=True)


_media: Path | None = None


def load_demo(media: Path) -> None:
    """The demo shop: made once in this process, then copied with its files."""
    global _media
    media.mkdir()
    if _media is None:
        call_command("load_demo", verbosity=0)
        keep_rows("kept_demo")
        _media = Path(mkdtemp(prefix="oms-demo-"))
        atexit.register(shutil.rmtree, _media, ignore_errors=True)
        shutil.copytree(media, _media, dirs_exist_ok=True)
    else:
        bring_rows("kept_demo")
        shutil.copytree(_media, media, dirs_exist_ok=True)


@pytest.fixture
def partners(
    tmp_path: Path,
    settings: Any,
    live_server: Any,
    redis_clean: object,
    eager: None,
) -> Iterator[Partners]:
    """The demo shop is loaded; partners call the live server back; tasks run at once."""
    # Shopee returns sellers to a registered host, and signs pushes over the address it calls.
    our_url = re.sub("localhost", "127.0.0.1", live_server.url)
    settings.OMS_PUBLIC_URL = our_url
    settings.MEDIA_ROOT = tmp_path / "media"
    with running_sandbox(tmp_path / "sandbox") as sandbox:
        given = sandbox.credentials()
        settings.PARTNERS = {
            name: {**settings.PARTNERS[name], **keys} for name, keys in given.items()
        }
        wire_issuers()
        partners = Partners(sandbox, our_url)
        load_demo(Path(settings.MEDIA_ROOT))
        partners.shopee("POST", "behaviour", {"tracking_delay_s": 0, "document_delay_s": 0})
        partners.shopee("POST", "callbacks", {"url": f"{our_url}/hooks/shopee/"})
        ghn_hook = f"{our_url}/hooks/ghn/{settings.SANDBOX_WEBHOOK_SECRET}/"
        partners.ghn("POST", "callbacks", {"url": ghn_hook})
        for name, tail in (("viettel_post", "#viettel_post-{}"), ("ghtk", "?hash=ghtk-{}")):
            hook = f"{our_url}/hooks/{name}/{tail.format(settings.SANDBOX_WEBHOOK_SECRET)}"
            sandbox.control(name, "POST", "callbacks", {"url": hook})
        yield partners
        partners.settle()


@pytest.fixture
def demo_owner(partners: Partners) -> User:
    return User.objects.filter(role="owner").earliest("pk")
