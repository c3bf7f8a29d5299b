"""What goes wrong with the receiver and the observer; what each kind means stands in `tests.chaos.plan`."""

import asyncio

from tests.chaos.plan import Fault
from tests.chaos.receiver import Mood
from tests.chaos.stage import Act, Stage

#: How often an observer that starts again knows nothing of what it has sent.
_FORGETFUL = 0.4


def moody(mood: Mood) -> Act:
    """Something that the receiver does for a while."""

    async def act(stage: Stage, fault: Fault) -> None:
        await stage.receiver.be(mood)
        await asyncio.sleep(fault.seconds)
        await stage.receiver.be(Mood.WELL)

    return act


async def receiver_kill(stage: Stage, fault: Fault) -> None:
    """Kill it and start it again."""
    await stage.receiver.kill()
    await stage.receiver.start()


async def observer_kill(stage: Stage, fault: Fault) -> None:
    """Kill it; after a while it is started again, with or without its note."""
    await stage.observer.kill()
    await asyncio.sleep(fault.seconds)
    await stage.observer.start(forgetful=fault.dice < _FORGETFUL)
