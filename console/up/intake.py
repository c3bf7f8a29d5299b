"""The HTTP intake on the embedded stack: what it accepts is in the journal before it answers."""

import time
from collections.abc import Sequence

from console.up.logbook import Logbook
from console.up.stack import Stack
from observers.intake import make_intake, serve_intake
from observers.parcels import Parcel, Rejected
from schemas.instants import SECOND
from streams.log.deadletter import Place, dead_letter
from streams.log.intake import Gate, Reading, Refused
from streams.log.sender import Outgoing, Sender
from streams.settings import Settings
from streams.topics import Name


async def open_intake(stack: Stack, settings: Settings, logbook: Logbook, sender: Sender) -> str:
    """Serve the intake until the stack is left; returns its address.

    Raises:
        PortInUse: something else listens there.

    """
    gate = Gate(settings.largest_record, int(settings.future_seconds * SECOND))

    def read(value: bytes) -> Reading:
        return gate.read(None, value, _now())

    async def accept(parcels: Sequence[Parcel]) -> None:
        await logbook.accept(Outgoing(Name.OBSERVATIONS, parcel.key, parcel.value) for parcel in parcels)

    async def refuse(rejected: Sequence[Rejected]) -> None:
        await sender.send(_letter(one) for one in rejected)

    runner = await serve_intake(make_intake(accept, read, refuse), "127.0.0.1", stack.ports.intake)
    stack.on_leaving(runner.cleanup)
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


def _letter(rejected: Rejected) -> Outgoing:
    """A dead letter of something that never lay in a topic."""
    now = _now()
    place = Place("http-intake", 0, now, None)
    return dead_letter(place, Refused(rejected.reason, rejected.error, rejected.value, rejected.place), now)


def _now() -> int:
    return time.time_ns() // 1_000_000
