from .accounts import CarrierAccount
from .claims import CarrierClaim, ClaimFile, ClaimKind, ClaimStatus
from .customs import CustomsDeclaration, CustomsLine
from .fulfilments import Fulfilment, FulfilmentLine
from .ledger import CarrierEntry, EntryKind
from .manifests import Manifest
from .packages import BookingState, CodStatus, FeePayer, InspectionNote, Package, PackageStatus
from .packing import PackCheck, PackLine, PackProof
from .printing import PrintDevice, PrinterProfile, PrintPart, PrintRun
from .replacements import Replacement
from .return_desk import ReturnDesk
from .routing import CarrierRate, RoutingRule, RoutingTrial, RuleSet, WardRecord
from .scans import Scan
from .shorts import ShortPick
from .statements import BankLine, CarrierStatement, Remittance, StatementLine, Step, Verdict
from .status_map import StatusOverride
from .tracking import TrackingEvent
from .waves import PickLine, PickOrder, PickTask, PickWave

__all__ = [
    "BankLine",
    "BookingState",
    "CarrierAccount",
    "CarrierClaim",
    "CarrierEntry",
    "CarrierRate",
    "CarrierStatement",
    "ClaimFile",
    "ClaimKind",
    "ClaimStatus",
    "CodStatus",
    "CustomsDeclaration",
    "CustomsLine",
    "EntryKind",
    "FeePayer",
    "Fulfilment",
    "FulfilmentLine",
    "InspectionNote",
    "Manifest",
    "PackCheck",
    "PackLine",
    "PackProof",
    "Package",
    "PackageStatus",
    "PickLine",
    "PickOrder",
    "PickTask",
    "PickWave",
    "PrintDevice",
    "PrintPart",
    "PrintRun",
    "PrinterProfile",
    "Remittance",
    "Replacement",
    "ReturnDesk",
    "RoutingRule",
    "RoutingTrial",
    "RuleSet",
    "Scan",
    "ShortPick",
    "StatementLine",
    "StatusOverride",
    "Step",
    "TrackingEvent",
    "Verdict",
    "WardRecord",
]
