"""Which alerts are listed, and in which order."""

from dataclasses import dataclass
from datetime import UTC, datetime

from console.alert_pages import OPEN
from console.alert_reader import read_alerts
from schemas.alerts import Alert
from schemas.errors import InputError
from schemas.words import State
from streams.settings import Settings

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; None stands for any."""

    unit: str | None
    rule: str | None
    states: frozenset[State]

    @classmethod
    def of(cls, unit: str | None, rule: str | None, state: str | None, *, every: bool) -> "Filter":
        """From the command line.

        Raises:
            InputError: there is no such state.

        """
        if state is not None and state not in set(State):
            raise InputError(f"{state!r} is no state: use one of {', '.join(State)}")
        states = frozenset({State(state)}) if state else frozenset(State) if every else OPEN
        return cls(unit, rule, states)

    def wants(self, alert: Alert) -> bool:
        """Whether an alert is listed."""
        return self.unit in {None, alert.unit} and self.rule in {None, alert.rule} and alert.state in self.states


async def read_listing(settings: Settings, wanted: Filter) -> list[Alert]:
    """The alerts that are asked for, the nearest deadline first; those without one last."""
    found = (await read_alerts(settings)).values()
    return sorted((one for one in found if wanted.wants(one)), key=lambda one: (one.due_at or _LAST, one.episode))
