"""The sandbox of some marketplaces in a process of its own, as far away as a partner is."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 900  # seconds for twenty thousand orders to be placed
# What comes back from the consent page beside the code.
RETURNED = {"shopee": {"shop_id": "88012345"}}


class Market:
    """One marketplace from its control side."""

    def __init__(self, code: str, keys: dict[str, Any]) -> None:
        self.code, self.keys = code, keys

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        where = urlsplit(self.keys["base_url"])
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
        sent = None if body is None else json.dumps(body)
        line.request(method, f"/_sandbox/{path}", sent, {"Content-Type": "application/json"})
        answer = line.getresponse()
        text = answer.read()
        line.close()
        assert answer.status < 400, text[:300]
        return json.loads(text)

    def place(self, count: int, **wanted: Any) -> list[str]:
        """New orders that wait for their shipment; their numbers."""
        told = self("POST", "orders", {"count": count, "push": False, **wanted})
        return next(value for name, value in told.items() if name.endswith("s"))

    def connect(self) -> Any:
        """Our shop there, with what it sells linked to goods of ours on the shelf."""
        from channels_sync.services.connecting import connect_shop
        from oms.kernel.actors import Actor

        given = self("POST", "issue_code", {})["code"]
        returned = RETURNED.get(self.code, {})
        shops = connect_shop(self.code, given, returned=returned, actor=Actor.system("bench"))
        return shops[0]


@contextmanager
def sandboxes(codes: Sequence[str]) -> Iterator[dict[str, Market]]:
    """Marketplaces by code; our settings point at them."""
    from django.conf import settings

    with (
        tempfile.TemporaryDirectory(prefix="oms-bench-") as home,
        subprocess.Popen(
            [sys.executable, __file__, home, *codes],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        ) as process,
    ):
        assert process.stdout and process.stdin
        try:
            keys = json.loads(process.stdout.readline())
            settings.PARTNERS = {**settings.PARTNERS, **keys}
            yield {code: Market(code, keys[code]) for code in codes}
        finally:
            process.stdin.close()  # it ends with its last reader
            process.wait(30)


def environment(markets: dict[str, Market]) -> dict[str, str]:
    """The same for processes of ours: what settings read of each marketplace."""
    told = {
        f"{code.upper()}_{name.upper()}": str(value)
        for code, market in markets.items()
        for name, value in market.keys.items()
    }
    return {**os.environ, **told}


def goods_of(markets: dict[str, Market], units: int = 1_000_000) -> None:
    """A variant of ours with a full shelf for each SKU that the marketplaces sell."""
    from inventory.models import Product, Variant, Warehouse
    from inventory.services import stock
    from oms.kernel.actors import Actor

    skus = {row["sku"] for market in markets.values() for row in market("GET", "stock")}
    place, _ = Warehouse.objects.get_or_create(code="K1", name="Kho 1", province="Hà Nội")
    made = []
    for sku in sorted(skus):
        product = Product.objects.create(name=sku, name_folded=sku.lower())
        made.append(Variant.objects.create(product=product, sku=sku))
    full = [stock.Posting(variant.pk, place.pk, units, "opening") for variant in made]
    stock.post(full, actor=Actor.system("bench"))


def main(home: str, *codes: str) -> None:
    sys.path.insert(0, str(ROOT))
    from oms.sandbox.run import running_sandbox

    with running_sandbox(Path(home) / "state", codes) as sandbox:
        print(json.dumps(sandbox.credentials()), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
