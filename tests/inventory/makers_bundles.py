"""The smallest valid bundles."""

from inventory.models import Variant
from inventory.services.bundles import Part, set_components
from tests.inventory.makers import ACTOR, make_variant


def make_bundle(*parts: tuple[Variant, int], sku: str = "", **fields: object) -> Variant:
    """A bundle of (variant, pieces) pairs."""
    bundle = make_variant(sku, **fields)
    set_components(bundle.pk, [Part(v.pk, n) for v, n in parts], actor=ACTOR)
    return bundle
