"""Papers of the floor: pick lists and the sheet of commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oms.kernel.clock import now
from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import render_pdf
from oms.kernel.symbols import Bars, code128
from shipping.models import PickTask, PickWave
from shipping.selectors.packing import slot_code
from shipping.selectors.picking import Stop, members_of, stops_of
from shipping.stations.codes import MEANINGS, NAMES, Command

SLOT_DOTS, COMMAND_DOTS = 400, 640  # 50 and 80 mm


@dataclass(frozen=True, slots=True)
class Sheet:
    """One walk on paper."""

    task: PickTask
    stops: list[Stop]
    pieces: int
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A letter with the code that opens its parcel at the packing table."""

    letter: str
    number: str
    pieces: int
    bars: Bars


def pick_list_pdf(wave: PickWave, tasks: Sequence[PickTask]) -> bytes:
    """A4: a page for each walk in its order; where parcels have letters, their slots at the end."""
    has_slots = wave.method != PickWave.Method.SINGLE
    numbers = {} if has_slots else numbers_of(wave)
    sheets = [sheet_of(task, numbers) for task in tasks]
    context = {
        "wave": wave,
        "sheets": sheets,
        "has_slots": has_slots,
        "slots": slots_of(wave) if has_slots else [],
        "printed_at": now(),
        "font_face": font_face(),
    }
    return render_pdf("print/pick_list.html", context)


def sheet_of(task: PickTask, numbers: Mapping[int, str]) -> Sheet:
    """`numbers` by parcel, where a walk is for one of them."""
    stops = stops_of(task)
    number = numbers.get(stops[0].line.member_id, "") if stops else ""
    return Sheet(task, stops, sum(stop.quantity for stop in stops), number)


def slots_of(wave: PickWave) -> list[Slot]:
    return [
        Slot(
            member.letter,
            member.fulfilment.order.number,
            member.pieces,
            code128(slot_code(wave.number, member.letter), space_dots=SLOT_DOTS),
        )
        for member in members_of(wave)
    ]


def numbers_of(wave: PickWave) -> dict[int, str]:
    """The order's number by parcel of the wave."""
    return dict(wave.members.values_list("pk", "fulfilment__order__number"))


def commands_pdf() -> bytes:
    """A4: commands to stick beside the scanner."""
    rows = [
        (NAMES[command], MEANINGS[command], code128(command.code, space_dots=COMMAND_DOTS))
        for command in Command
    ]
    return render_pdf("print/scan_commands.html", {"rows": rows, "font_face": font_face()})
