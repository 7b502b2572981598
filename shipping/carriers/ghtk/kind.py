"""GHTK as the rest of the house sees it."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from shipping.ports import Access, AddressForm, Carrier, CarrierKind, Credential

from . import connector, mapping, webhook
from .status import STATUS


def kind(connect: Callable[[Any], Carrier]) -> CarrierKind:
    return CarrierKind(
        code="ghtk",
        name="Giao Hàng Tiết Kiệm",
        short_name="GHTK",
        services=mapping.SERVICE_NAMES,
        connect=connect,
        webhook=webhook,
        # Its documents ask for a district; without an old path the names go out as given.
        address_form=AddressForm.OLD,
        abilities=connector.GHTKCarrier.abilities,
        statuses=STATUS,
        shop_id=Credential(
            "shop_id", gettext_noop("Mã đối tác (X-Client-Source)"), False, r"[\w-]{1,40}"
        ),
        credentials=(Credential("token", gettext_noop("Token")),),
        usual_service=lambda weight_g: mapping.ROAD,
        hook_tail=lambda secret: f"?hash={secret}",
        track_url="https://i.ghtk.vn/{}",
    )


def connect(access: Access) -> Carrier:
    return connector.connect(
        token=access.credentials["token"],
        partner_code=access.shop_id,
        account=access.account,
        base_url=access.urls["base_url"],
    )
