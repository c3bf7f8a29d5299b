"""What units and subjects are called, and where a unit is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from schemas.registry import Endpoint, Registry
from schemas.texts import Lang
from schemas.texts.catalogue import both, catalogue, pick
from schemas.words import AccountType, Platform, SubjectKind

OBSERVER: Final = "observer:"
"""What the subject id of an observer begins with."""


@dataclass(frozen=True, slots=True)
class Named:
    """A subject as people know it; `within` is the name of the site that it belongs to, empty for what stands alone."""

    kind: SubjectKind
    name: str
    within: str = ""
    platform: Platform | None = None
    account_type: AccountType | None = None

    @property
    def full(self) -> str:
        """Its name, with the site's before it where it belongs to one: 公安局网·动态要闻."""
        return f"{self.within}·{self.name}" if self.within else self.name

    def described(self, lang: Lang) -> str:
        """How a sentence names it: 微信服务号“某市发布”."""
        said = pick(catalogue().subjects[self.kind], lang)
        return said.format(name=self.name, within=self.within, account=self._called(lang), platform=self._where(lang))

    def _where(self, lang: Lang) -> str:
        return pick(both(self.platform or Platform.OTHER), lang)

    def _called(self, lang: Lang) -> str:
        if self.account_type and self.account_type is not AccountType.PLAIN:
            return pick(both(self.account_type), lang)
        return pick(catalogue().accounts[self.platform or Platform.OTHER], lang)


class Names(Protocol):
    """Where an alert takes its names from. What is not registered is called by its id: an alert waits for no name."""

    def unit_name(self, unit: str) -> str:
        """What the unit of an id is called."""

    def subject(self, subject: str) -> Named:
        """What the subject of an id is called."""

    def endpoints(self, unit: str) -> Sequence[Endpoint]:
        """Where the unit is told; none where none is registered."""


class RegistryNames:
    """The names of a registry, looked up in constant time; make a new one when the registry changes."""

    def __init__(self, registry: Registry) -> None:
        self._units = {unit.id: unit for unit in registry.units}
        self._accounts = {account.id: account for account in registry.accounts}
        self._names = {site.code: site.name for site in registry.sites}
        self._names |= {f"{column.site}/column/{column.id}": column.name for column in registry.columns}
        self._names |= {account.id: account.name for account in registry.accounts}
        self._names |= {f"{OBSERVER}{observer.id}": observer.name for observer in registry.observers}

    def unit_name(self, unit: str) -> str:
        """What the unit of an id is called; its id where it is not registered."""
        found = self._units.get(unit)
        return found.name if found else unit

    def endpoints(self, unit: str) -> Sequence[Endpoint]:
        """Where the unit is told."""
        found = self._units.get(unit)
        return found.endpoints if found else ()

    def subject(self, subject: str) -> Named:
        """What the subject of an id is called; by its id where it is not registered."""
        owner, _, part = subject.partition("/")
        if part:
            return self._part(subject, owner, *part.split("/", 1))
        if "@" in owner:
            return self._holding(owner)
        if owner.startswith(OBSERVER):
            return Named(SubjectKind.OBSERVER, self._names.get(owner, owner.removeprefix(OBSERVER)))
        return self._account(owner) if ":" in owner else Named(SubjectKind.SITE, self._names.get(owner, owner))

    def _part(self, subject: str, owner: str, kind: str, own: str = "") -> Named:
        """A column, a message or a correction; the registry names columns only."""
        return Named(SubjectKind(kind), self._names.get(subject, own), within=self._names.get(owner, owner))

    def _account(self, owner: str) -> Named:
        account = self._accounts.get(owner)
        if account:
            return Named(SubjectKind.ACCOUNT, account.name, "", account.platform, account.account_type)
        platform, _, own = owner.partition(":")
        return Named(SubjectKind.ACCOUNT, own, "", _platform(platform))

    def _holding(self, owner: str) -> Named:
        unit, _, platform = owner.partition("@")
        return Named(SubjectKind.HOLDING, self.unit_name(unit), "", _platform(platform))


def _platform(word: str) -> Platform:
    """The platform that an id names; `other` where it is none that we know."""
    return Platform(word) if word in set(Platform) else Platform.OTHER
