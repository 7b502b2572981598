"""How far a parcel goes, as carriers price it: within a province, a region, or across."""

from enum import StrEnum


class Zone(StrEnum):
    LOCAL = "local"
    REGION = "region"
    FAR = "far"


# The statistics office numbers provinces from north to south.
_CENTRE_FROM, _SOUTH_FROM = 38, 75
# Days that are assumed for a carrier that names none.
USUAL_DAYS = {Zone.LOCAL: 2, Zone.REGION: 3, Zone.FAR: 5}


def zone_of(from_code: str, to_code: str) -> Zone:
    """The zone between two provinces by code; one that is not known counts as far."""
    if not from_code or not to_code:
        return Zone.FAR
    if from_code == to_code:
        return Zone.LOCAL
    return Zone.REGION if _region(from_code) == _region(to_code) else Zone.FAR


def _region(code: str) -> int:
    number = int(code)
    return (number >= _CENTRE_FROM) + (number >= _SOUTH_FROM)
