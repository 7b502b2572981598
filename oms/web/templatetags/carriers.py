"""What pages say of carriers."""

from django import template

from shipping.selectors.status_map import words_of_code

register = template.Library()


@register.simple_tag
def carrier_words(carrier_code: str, raw_status: str) -> str:
    """What the carrier itself calls a code that it sent; empty for one that it does not list."""
    return words_of_code(carrier_code, raw_status)
