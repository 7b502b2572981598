"""The only module that names concrete adapters and joins an app to one on its right."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shipping.models import CarrierAccount
    from shipping.ports import Carrier


def wire() -> None:
    """Register adapters and panels; called once when Django is ready."""
    wire_carriers()


def wire_carriers() -> None:
    from shipping import panels
    from shipping.carriers.ghn import mapping, webhook
    from shipping.ports import CarrierKind, register_carrier

    register_carrier(
        CarrierKind(
            code="ghn",
            name="Giao Hàng Nhanh",
            short_name="GHN",
            services=mapping.SERVICE_NAMES,
            connect=connect_ghn,
            webhook=webhook,
        )
    )
    panels.register()


def connect_ghn(account: "CarrierAccount") -> "Carrier":
    """GHN through one account; the address is read now, so that settings may change it."""
    from django.conf import settings

    from shipping.carriers.ghn.connector import connect

    return connect(
        token=account.credentials["token"],
        shop_id=account.shop_id,
        account=str(account.pk),
        base_url=settings.PARTNERS["ghn"]["base_url"],
    )
