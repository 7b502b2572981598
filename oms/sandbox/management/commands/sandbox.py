"""manage.py sandbox: serve every partner of the sandbox until the process is stopped."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from oms.sandbox.registry import PARTNERS, port_offset
from oms.sandbox.run import run


class Command(BaseCommand):
    help = "Run the sandbox: servers that speak the partners' protocols, on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("partners", nargs="*", help="names; all of them when left out")
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        public_url, secret = settings.OMS_PUBLIC_URL, settings.SANDBOX_WEBHOOK_SECRET
        self.stdout.write(f"Sandbox: http://{options['host']}:{settings.OMS_SANDBOX_PORT}/")
        try:
            run(
                settings.OMS_HOME / "sandbox",
                settings.OMS_SANDBOX_PORT,
                options["partners"] or None,
                options["host"],
                callbacks={
                    "shopee": f"{public_url}/hooks/shopee/",
                    "lazada": f"{public_url}/hooks/lazada/",
                    "tiktok_shop": f"{public_url}/hooks/tiktok_shop/",
                    "ghn": f"{public_url}/hooks/ghn/{secret}/",
                    "viettel_post": f"{public_url}/hooks/viettel_post/#viettel_post-{secret}",
                    "ghtk": f"{public_url}/hooks/ghtk/?hash=ghtk-{secret}",
                },
                redirects={"tiktok_shop": f"{public_url}/channels/callback/tiktok_shop/"},
                callback_hosts=frozenset({urlsplit(public_url).hostname or "127.0.0.1"}),
            )
        except OSError as failure:
            first = settings.OMS_SANDBOX_PORT
            last = first + max(map(port_offset, PARTNERS))
            raise CommandError(
                f"The sandbox cannot listen on ports {first} to {last}: {failure.strerror}."
                " Set OMS_SANDBOX_PORT to another first port."
            )
        except ValueError as mistake:
            raise CommandError(str(mistake))
