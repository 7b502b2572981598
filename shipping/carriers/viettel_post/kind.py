"""Viettel Post as the rest of the house sees it."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop

from shipping.ports import Access, AddressForm, Carrier, CarrierKind, Credential

from . import connector, mapping, webhook
from .client import Login
from .status import STATUS


def kind(connect: Callable[[Any], Carrier]) -> CarrierKind:
    return CarrierKind(
        code="viettel_post",
        name="Viettel Post",
        short_name="Viettel Post",
        services=mapping.SERVICE_NAMES,
        connect=connect,
        webhook=webhook,
        # It reads the place out of one line of text, old units or new.
        address_form=AddressForm.ANY,
        abilities=connector.ViettelPostCarrier.abilities,
        statuses=STATUS,
        shop_id=Credential(
            "shop_id", gettext_noop("Tên đăng nhập (số điện thoại)"), False, r"\d{9,12}"
        ),
        credentials=(Credential("password", gettext_noop("Mật khẩu")),),
        usual_service=lambda weight_g: mapping.USUAL_SERVICE,
        hook_tail=lambda secret: "",
        hook_help=gettext_noop("Dán mã này vào ô khóa bí mật (token) cạnh địa chỉ webhook."),
        track_url="https://viettelpost.com.vn/tra-cuu-hanh-trinh-don/",
    )


def connect(access: Access) -> Carrier:
    """Through one login; a new token is kept with the account."""
    return connector.connect(
        login=Login(access.shop_id, access.credentials["password"]),
        token=access.credentials.get("token", ""),
        keep_token=access.keep_token,
        account=access.account,
        base_url=access.urls["base_url"],
        print_url=access.urls["print_url"],
    )
