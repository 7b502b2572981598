"""GHN as the rest of the house sees it."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from shipping.ports import Access, AddressForm, Carrier, CarrierKind, Credential

from . import connector, mapping, webhook
from .status import STATUS


def kind(connect: Callable[[Any], Carrier]) -> CarrierKind:
    return CarrierKind(
        code="ghn",
        name="Giao Hàng Nhanh",
        short_name="GHN",
        services=mapping.SERVICE_NAMES,
        connect=connect,
        webhook=webhook,
        # By name it takes both forms and tells them apart by the district.
        address_form=AddressForm.ANY,
        abilities=connector.GHNCarrier.abilities,
        statuses=STATUS,
        shop_id=Credential("shop_id", gettext_noop("Mã cửa hàng (ShopId)"), False, r"\d{1,20}"),
        credentials=(Credential("token", gettext_noop("Token")),),
        usual_service=mapping.usual_service,
        track_url="https://donhang.ghn.vn/?order_code={}",
    )


def connect(access: Access) -> Carrier:
    return connector.connect(
        token=access.credentials["token"],
        shop_id=access.shop_id,
        account=access.account,
        base_url=access.urls["base_url"],
    )
