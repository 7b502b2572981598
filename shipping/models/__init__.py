from .accounts import CarrierAccount
from .fulfilments import Fulfilment, FulfilmentLine
from .packages import BookingState, CodStatus, FeePayer, InspectionNote, Package, PackageStatus
from .replacements import Replacement
from .tracking import TrackingEvent

__all__ = [
    "BookingState",
    "CarrierAccount",
    "CodStatus",
    "FeePayer",
    "Fulfilment",
    "FulfilmentLine",
    "InspectionNote",
    "Package",
    "PackageStatus",
    "Replacement",
    "TrackingEvent",
]
