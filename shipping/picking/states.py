"""How waves, walks and the floor's own steps of a parcel may move. Pure."""

from oms.kernel.flow import Flow
from shipping.models import PackageStatus, PickTask, PickWave

W, T, S = PickWave.Status, PickTask.Status, PackageStatus

WAVE_FLOW = Flow(
    "wave",
    {
        W.PLANNED: {W.RELEASED, W.CANCELLED},
        W.RELEASED: {W.DONE, W.CANCELLED},
        W.DONE: set(),
        W.CANCELLED: set(),
    },
)

TASK_FLOW = Flow(
    "pick_task",
    {
        T.WAITING: {T.READY, T.DONE, T.CANCELLED},
        T.READY: {T.PICKING, T.DONE, T.CANCELLED},
        # Back to ready when a picker lets go.
        T.PICKING: {T.READY, T.DONE, T.CANCELLED},
        T.DONE: set(),
        T.CANCELLED: set(),
    },
)

# Before the carrier has the goods they may also go back to their shelf.
FLOOR_FLOW = Flow(
    "floor",
    {
        S.RELEASED: {S.PICKING, S.PICKED},
        S.PICKING: {S.RELEASED, S.PICKED},
        S.PICKED: {S.RELEASED},
    },
)
