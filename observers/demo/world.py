"""What every part of a reconstruction needs: the registry, the story, ordinary behaviour, and the script to fill."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from observers.demo.dice import Dice
from observers.demo.habits import Ordinary
from observers.demo.pace import Pace, Published, days, newest_seen, within
from observers.demo.plan import Fact, Story
from observers.demo.script import Script
from schemas.instants import to_text
from schemas.registry import Registry

F = TypeVar("F", bound=Fact)

PROBES, PAGES, ACCOUNTS, PUBLIC = "probes", "pages", "accounts", "public"


@dataclass(frozen=True, slots=True)
class World:
    """One reconstruction."""

    registry: Registry
    story: Story
    ordinary: Ordinary
    pace: Pace
    script: Script

    @property
    def starts(self) -> int:
        """The beginning of the period."""
        return self.story.period.starts

    @property
    def ends(self) -> int:
        """The checkpoint."""
        return self.story.period.ends

    def dice(self, *names: object) -> Dice:
        """A stream of chance of one's own."""
        return Dice(self.ordinary.seed, *names)

    def facts(self, kind: type[F]) -> Iterator[F]:
        """The story's facts of a kind."""
        return (fact for fact in self.story.facts if isinstance(fact, kind))

    def part_of(self, fact: Fact) -> str:
        """The last part of the source of what is told because of a fact."""
        return f"story/{fact.id}"

    def part_at(self, subject: str, at: int, part: str) -> str:
        """The last part of the source of an update: the story's, where it fixes this one."""
        silence = self.story.silence_of(subject)
        fixed = silence is not None and at in {silence.last, silence.resumes}
        return self.part_of(silence) if silence is not None and fixed else part

    def look_instants(self, subject: str, starts: int) -> Iterator[int]:
        """One look a day, at a minute of the subject's own."""
        minute = self.dice(subject, "look").whole(self.ordinary.looks.hours)
        instants = (within(day, (minute, minute), self.dice(subject)) for day in days(starts, self.ends))
        return (instant for instant in instants if instant >= starts)

    def test_instants(self, subject: str, starts: int) -> Iterator[int]:
        """Tests every so many days, beginning with a day of the subject's own."""
        dice, tests = self.dice(subject, "tests"), self.ordinary.tests
        first = dice.whole((0, tests.every_days))
        for number, day in enumerate(days(starts, self.ends)):
            if number % tests.every_days == first:
                at = within(day, tests.hours, dice)
                if at > starts:
                    yield at


def found(published: list[Published], at: int) -> dict[str, object]:
    """What a look reports: the publication time of the newest item."""
    latest = newest_seen(published, at)
    return {} if latest is None else {"latest": to_text(latest)}
