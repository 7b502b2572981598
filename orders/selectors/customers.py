"""Finding customers."""

from django.db.models import QuerySet

from oms.kernel.errors import DomainError
from oms.kernel.pages import Page, keyset_page
from oms.kernel.phones import normalise_phone
from oms.kernel.text import fold
from orders.models import Customer
from orders.selectors.search import SHORTEST_TAIL, tail


def find_customer(phone: str) -> Customer | None:
    """The customer with this phone number, typed in any usual form."""
    try:
        return Customer.objects.filter(phone=normalise_phone(phone)).first()
    except DomainError:
        return None


def customer_list(*, q: str = "", after: str = "", before: str = "") -> Page[Customer]:
    """Customers newest first; `q` is a part of the name or the last digits of the phone."""
    rows: QuerySet[Customer] = Customer.objects.all()
    digits = "".join(letter for letter in q if letter.isdigit())
    if len(digits) >= SHORTEST_TAIL:
        rows = rows.filter(phone_reversed__startswith=tail(digits)[::-1])
    else:
        for word in fold(q).split():
            rows = rows.filter(name_folded__contains=word)
    return keyset_page(rows, keys=("-id",), after=after, before=before)
