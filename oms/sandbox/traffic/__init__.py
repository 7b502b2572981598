"""Buyers at the marketplaces: they pay at once, late or never mind, and some pushes stray."""

from oms.sandbox.traffic.desk import TrafficDesk
from oms.sandbox.traffic.generator import FAULTS, MOST_ORDERS, Plan, Traffic
from oms.sandbox.traffic.ledger import Ledger

__all__ = ["FAULTS", "MOST_ORDERS", "Ledger", "Plan", "Traffic", "TrafficDesk"]
