"""The partners there are. Named by path, so that one can be absent without breaking the others."""

from importlib import import_module
from importlib.util import find_spec

from oms.sandbox.core import Partner

# name: (where its class is, how far its port lies from the first)
PARTNERS: dict[str, tuple[str, int]] = {
    "shopee": ("oms.sandbox.shopee:Shopee", 1),
    "ghn": ("oms.sandbox.ghn:Ghn", 2),
    "sinvoice": ("oms.sandbox.sinvoice:SInvoice", 3),
    "lazada": ("oms.sandbox.lazada:Lazada", 4),
    "tiktok_shop": ("oms.sandbox.tiktok_shop:TikTokShop", 5),
    "viettel_post": ("oms.sandbox.viettel_post:ViettelPost", 6),
    "ghtk": ("oms.sandbox.ghtk:Ghtk", 7),
}


def available_partners() -> tuple[str, ...]:
    return tuple(name for name, (path, _) in PARTNERS.items() if find_spec(path.split(":")[0]))


def partner_class(name: str) -> type[Partner]:
    if name not in PARTNERS:
        raise ValueError(f"no partner {name!r}; there are: {', '.join(PARTNERS)}")
    module, _, attribute = PARTNERS[name][0].partition(":")
    return getattr(import_module(module), attribute)


def port_offset(name: str) -> int:
    return PARTNERS[name][1]
