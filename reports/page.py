"""What a bulletin says, as plain rows, before any layout: counts, problems, lists, and the law behind them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from reports.figures import Totals, totals
from reports.law import Number, Part, numbers, part_of, questions, said, unverified
from reports.names import Names
from reports.order import natural, sort_findings
from rules.pack import OpenQuestion, Pack
from rules.rule import Rule
from schemas.aggregates import Aggregate, Count, Scope
from schemas.errors import InputError
from schemas.instants import SHANGHAI
from schemas.standings import Finding, SubjectStanding, Verdict
from schemas.texts import Lang, text
from schemas.texts.catalogue import catalogue, pick
from schemas.words import AccountType, SubjectKind

SITES: Final = "sites"
ACCOUNTS: Final = "accounts"
_KINDS: Final = {SubjectKind.SITE: SITES, SubjectKind.ACCOUNT: ACCOUNTS}


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as it is listed."""

    finding: Finding
    unit: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule's findings in order, with what the law says of it."""

    rule: Rule
    part: Part
    title: str
    clause: str
    unverified: bool
    numbers: tuple[Number, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Standee:
    """A site or account that failed, or could not be judged: by which `rules`, and what these are called."""

    id: str
    name: str
    sort: str
    unit: str
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The units of one group, in administrative order (行政序列)."""

    group: str
    units: tuple[Aggregate, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole bulletin; `failed` and `undecided` by SITES and ACCOUNTS."""

    areas: tuple[str, ...]
    period: str
    at: datetime
    closed: bool
    pack: Pack
    totals: Totals
    groups: tuple[Aggregate, ...]
    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]
    failed: Mapping[str, tuple[Standee, ...]]
    undecided: Mapping[str, tuple[Standee, ...]]
    questions: tuple[OpenQuestion, ...]

    @property
    def label(self) -> str:
        """Pack and version under which it was judged."""
        return f"{self.pack.id}@{self.pack.version}"


class Composer:
    """Puts a page together: everything that it says, in one language."""

    def __init__(self, pack: Pack, names: Names, lang: Lang) -> None:
        self._pack = pack
        self._names = names
        self._lang = lang

    def page(
        self, aggregates: Sequence[Aggregate], findings: Iterable[Finding], standings: Iterable[SubjectStanding]
    ) -> Page:
        """What the bulletin says.

        Raises:
            InputError: there are no aggregates, or they disagree with the standings, or the findings do.
            PackError: a finding is of a rule that the pack doesn't have.

        """
        if not aggregates:
            raise InputError("there is nothing to report; write the bulletin once aggregates have come in")
        at = max(one.at for one in aggregates)
        ranked = sort_findings(findings, self._names.rank)
        counted = [one for one in standings if one.counted]
        problems = tuple(self._problems(ranked, _law_day(at)))
        page = Page(
            areas=tuple(sorted({one.area for one in aggregates if one.area})), period=aggregates[0].period, at=at,
            closed=all(one.closed for one in aggregates), pack=self._pack, totals=totals(aggregates),
            groups=_of(Scope.GROUP, aggregates), tables=tuple(self._tables(aggregates)), problems=problems,
            failed=self._listed(Verdict.FAILED, counted, ranked),
            undecided=self._listed(Verdict.UNKNOWN, counted, ranked),
            questions=tuple(questions(self._pack, [one.rule for one in problems], _law_day(at))),
        )  # fmt: skip
        _expect_agreement(page, counted)
        return page

    def _tables(self, aggregates: Iterable[Aggregate]) -> Iterator[Table]:
        units = sorted(_of(Scope.UNIT, aggregates), key=lambda one: self._names.rank(one.id))
        for group, of in groupby(units, key=lambda one: self._names.group(one.id)):
            yield Table(group, tuple(of))

    def _problems(self, ranked: Iterable[Finding], day: date) -> Iterator[Problem]:
        """By rule, in the pack's order."""
        by_rule: dict[str, list[Finding]] = {}
        for finding in ranked:
            by_rule.setdefault(self._pack.rule(finding.rule).id, []).append(finding)
        for rule in self._pack.rules.values():
            if rule.id in by_rule:
                yield self._problem(rule, by_rule[rule.id], day)

    def _problem(self, rule: Rule, findings: Iterable[Finding], day: date) -> Problem:
        return Problem(
            rule, part_of(rule), said(rule.title, self._lang), said(rule.clause, self._lang), unverified(rule, day),
            numbers(rule, day, self._lang), tuple(self._row(finding) for finding in findings),
        )  # fmt: skip

    def _row(self, finding: Finding) -> Row:
        subject = self._names.subject(finding.subject).described(self._lang)
        return Row(finding, self._names.unit(finding.unit), subject, text(finding.reason, self._lang))

    def _listed(
        self, verdict: Verdict, counted: Iterable[SubjectStanding], ranked: Iterable[Finding]
    ) -> Mapping[str, tuple[Standee, ...]]:
        """The sites and the accounts of that verdict, in the order of their units."""
        vetoes: dict[str, list[Finding]] = {}
        for finding in (one for one in ranked if one.veto):
            vetoes.setdefault(finding.owner, []).append(finding)
        found = sorted(counted, key=lambda one: (self._names.rank(one.unit), one.owner))
        return {
            part: tuple(
                self._standee(one, vetoes.get(one.owner, []))
                for one in found
                if one.verdict is verdict and one.kind is kind
            )
            for kind, part in _KINDS.items()
        }

    def _standee(self, one: SubjectStanding, vetoes: Sequence[Finding]) -> Standee:
        if one.verdict is Verdict.FAILED and not vetoes:
            raise InputError(f"{one.owner} has failed and no finding says why; hand in the findings of all standings")
        ids = {veto.rule for veto in vetoes} if one.verdict is Verdict.FAILED else set(one.undecided)
        rules = tuple(sorted(ids, key=natural))
        reasons = tuple(said(self._pack.rule(rule).title, self._lang) for rule in rules)
        name = one.name or self._names.subject(one.owner).name
        return Standee(
            one.owner, name, self._sort(one), self._names.unit(one.unit), rules, reasons, tuple(vetoes)
        )  # fmt: skip

    def _sort(self, one: SubjectStanding) -> str:
        """What sort of account it is, as annexes write it (账号类型): 微信订阅号, 抖音账号."""
        if one.account_type is not None and one.account_type is not AccountType.PLAIN:
            return text(one.account_type, self._lang)
        return pick(catalogue().accounts[one.platform], self._lang) if one.platform else text(one.kind, self._lang)


def _law_day(at: datetime) -> date:
    """The civil date whose law holds at a checkpoint: as the core reads it, that of the instant itself."""
    return at.astimezone(SHANGHAI).date()


def _of(scope: Scope, aggregates: Iterable[Aggregate]) -> tuple[Aggregate, ...]:
    return tuple(sorted((one for one in aggregates if one.scope is scope), key=lambda one: one.id))


def _expect_agreement(page: Page, counted: Sequence[SubjectStanding]) -> None:
    """A bulletin whose counts and lists differ is a public mistake: refuse to print it."""
    for kind, told in ((SubjectKind.SITE, page.totals.sites), (SubjectKind.ACCOUNT, page.totals.accounts)):
        verdicts = [one.verdict for one in counted if one.kind is kind]
        failed, unknown = verdicts.count(Verdict.FAILED), verdicts.count(Verdict.UNKNOWN)
        listed = Count(checked=len(verdicts), failed=failed, unknown=unknown)
        if told != listed:
            clash = f"of {_KINDS[kind]} the aggregates count {told!r}, the standings {listed!r}"
            raise InputError(f"{clash}; hand in both as of the same instant")
