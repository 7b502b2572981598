"""Labels with one short text per field: what the layout is read from."""

from dataclasses import replace
from datetime import UTC, datetime

from .content import Label, LabelItem

USUAL = Label(
    carrier_name="X",
    service_name="X",
    sort_code="X",
    tracking_number="X",
    from_name="X",
    from_phone="X",
    from_address="X",
    to_name="X",
    to_phone="X",
    to_address="X",
    cod_vnd=1,
    weight_g=1,
    size_cm=(1, 1, 1),
    inspection_note="look",
    note="X",
    items=(LabelItem("X", 1, "X"),) * 20,
    package_code="X",
    order_number="X",
    printed_at=datetime(2026, 1, 1, tzinfo=UTC),
    print_number=2,
)
LONG = replace(USUAL, sort_code="X" * 20, to_address="X " * 80, cod_vnd=0)
