"""The table of what marketplaces can do: every entry is a row of it, and each is acted upon."""

from dataclasses import fields
from pathlib import Path

import pytest

from channels_sync.ports import (
    Capabilities,
    hearer_of_offers,
    marketplace,
    marketplace_codes,
    negotiator,
    taker_of_proof,
)
from channels_sync.selectors import capabilities
from channels_sync.selectors.capabilities import capability_table

# Where each ability is asked for, beside the table.
ACTED_UPON = {
    "chooses_handover": "channels_sync/forms.py",
    "own_carrier": "channels_sync/selectors/orders.py",
    "tells_completion": "channels_sync/services/fees.py",
    "edits_products": "channels_sync/forms.py",
    "tells_deadline": "channels_sync/selectors/orders.py",
    "cancels_parts": "channels_sync/selectors/orders.py",
}


def test_every_ability_is_a_row_of_the_table():
    source = Path(str(capabilities.__file__)).read_text()
    for field in fields(Capabilities):
        assert f'"{field.name}"' in source, field.name


@pytest.mark.parametrize("name", sorted(ACTED_UPON))
def test_an_ability_is_asked_where_something_depends_on_it(name, settings):
    assert f".{name}" in (settings.ROOT / ACTED_UPON[name]).read_text()


def test_offers_and_proof_stand_in_the_table_as_the_adapters_say():
    table = capability_table()
    rows = {str(label): [cell.can for cell in cells] for label, cells in table.rows}
    adapters = [marketplace(code) for code in marketplace_codes()]
    offers, proof = ([able(each) is not None for each in adapters] for able in (
        negotiator, taker_of_proof,
    ))  # fmt: skip
    assert rows["Đề nghị với khách cách giải quyết khác"] == offers
    assert rows["Hỏi thêm bằng chứng sau khi khiếu nại"] == proof
    assert offers != proof
    assert sum(hearer_of_offers(each) is not None for each in adapters) == 1
