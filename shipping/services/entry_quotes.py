"""What delivery would cost for an order that is still being typed."""

from django.db.models import Q
from django.utils.translation import gettext as _

from oms.kernel.clock import local
from oms.kernel.errors import DomainError
from orders.ports import DeliveryQuote, QuoteRequest
from shipping.models import CarrierAccount
from shipping.ports import Parcel, Party, Quote, carrier_for, carrier_kind
from shipping.selectors.parcels import SMALLEST_CM
from shipping.services.asking import ask_all
from shipping.services.receivers import address_form_of, sender_of

MOST_ACCOUNTS = 6
TALLEST_CM = 200
# Goods that nobody weighed still get a price to talk about.
ASSUMED_G = 500


def quote_address(asked: QuoteRequest) -> list[DeliveryQuote]:
    """The services of the accounts that may be used, by price. Asks over the network.

    A carrier that refuses or does not answer is left out; DomainError when none has a price.
    """
    accounts = CarrierAccount.objects.filter(is_active=True)
    if asked.warehouse_ids is not None:
        scope = Q(warehouse=None) | Q(warehouse_id__in=list(asked.warehouse_ids))
        accounts = accounts.filter(scope)
    chosen = accounts.select_related("warehouse").order_by("id")[:MOST_ACCOUNTS]
    answers = ask_all([(row, carrier_for(row), _parcel(asked, row)) for row in chosen])
    found = [_shown(answer.account, quote) for answer in answers for quote in answer.quotes]
    if not found:
        reasons = [answer.silence for answer in answers]
        none = _("Chưa có tài khoản vận chuyển nào để hỏi giá.")
        raise DomainError(reasons[-1] if reasons else none, code="quote.none")
    return sorted(found, key=lambda quote: quote.fee_vnd)


def _shown(account: CarrierAccount, quote: Quote) -> DeliveryQuote:
    kind = carrier_kind(account.carrier)
    day = f"{local(quote.expected_at):%d/%m}" if quote.expected_at else ""
    name = kind.short_name if kind else account.carrier
    return DeliveryQuote(name, quote.service_name, quote.fee_vnd, day)


def _parcel(asked: QuoteRequest, account: CarrierAccount) -> Parcel:
    weight_g = asked.weight_g or ASSUMED_G
    return Parcel(
        reference="",
        service_code="",
        receiver=Party("", "", asked.street, asked.ward, asked.district, asked.province),
        sender=sender_of(account.warehouse, address_form_of(account.carrier)),
        weight_g=weight_g,
        length_cm=max(asked.length_cm, SMALLEST_CM),
        width_cm=max(asked.width_cm, SMALLEST_CM),
        height_cm=min(max(asked.height_cm, SMALLEST_CM), TALLEST_CM),
        cod_vnd=asked.cod_vnd,
        declared_vnd=asked.goods_vnd,
        fee_payer="shop",
        inspection_note="look",
    )
