"""Judged at its checkpoint, the reconstructed quarter gives what the bulletin found: no more, no less."""

from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
import yaml

from observers.demo import demo_checkpoint, demo_default, demo_events, demo_registry
from rules.calendar import load_calendar
from rules.loader import load_pack
from schemas.instants import to_ms
from schemas.observations import ONE
from schemas.standings import Finding, Verdict
from schemas.words import Change, State, SubjectKind
from streams.core.judging import judge
from streams.core.law import Law
from streams.core.standing import Period
from streams.replay import Replay, Results

AT = to_ms(demo_checkpoint().at)


@pytest.fixture(scope="module")
def replay() -> Replay:
    """The whole quarter folded once, through validation, as it would be from a file."""
    folded = Replay(Law(load_pack("cn-2019"), load_calendar()))
    for event in demo_events():
        folded.observe(ONE.validate_python(event))
    return folded


@pytest.fixture(scope="module")
def results(replay: Replay) -> Results:
    """How everything stands at the checkpoint."""
    checkpoint = demo_checkpoint()
    return replay.results(Period(checkpoint.period, to_ms(checkpoint.starts), closed=True), AT)


@pytest.fixture(scope="module")
def bulletin() -> Any:
    """What the bulletin found, typed from its text."""
    folder = files("observers.demo").joinpath(demo_default())
    return yaml.safe_load(folder.joinpath("expected.yaml").read_text(encoding="utf-8"))


def names() -> dict[str, str]:
    """Accounts and units by id."""
    registry = demo_registry()
    return {one.id: one.name for one in registry.accounts} | {one.id: one.name for one in registry.units}


def rows(findings: list[Finding], *, veto: bool) -> Counter[tuple[str, str]]:
    """(unit, rule) of the findings, vetoes or the others."""
    return Counter((names()[one.unit], one.rule) for one in findings if one.veto is veto)


class TestTheBulletin:
    """Figures, failed accounts and named problems are the bulletin's."""

    @pytest.mark.parametrize(("kind", "part"), [(SubjectKind.SITE, "sites"), (SubjectKind.ACCOUNT, "accounts")])
    def test_checked_and_failed(self, results: Results, bulletin: Any, kind: SubjectKind, part: str) -> None:
        """41 sites, none failed; 80 accounts, 8 failed; nobody undecided."""
        verdicts = Counter(one.verdict for one in results.standings if one.counted and one.kind is kind)
        checked, failed = bulletin[part]["checked"], bulletin[part]["failed"]
        assert verdicts == Counter({Verdict.PASSED: checked - failed, Verdict.FAILED: failed})
        assert bulletin[part]["pass_rate"] == f"{100 * verdicts[Verdict.PASSED] // checked}%"

    def test_failed_accounts_have_the_reasons_of_the_annex(self, results: Results, bulletin: Any) -> None:
        """Each with exactly its reasons; two vetoes of one account are one failed account."""
        found: dict[str, set[str]] = {}
        for finding in results.findings:
            if finding.veto:
                found.setdefault(names()[finding.owner], set()).add(finding.rule)
        assert found == {one["name"]: set(one["rules"]) for one in bulletin["failed_accounts"]}

    def test_problems_are_those_that_the_text_names(self, results: Results, bulletin: Any) -> None:
        """Each for its unit, under its rule; no other problem of anybody."""
        wanted = Counter({(one["unit"], one["rule"]): one["subjects"] for one in bulletin["problems"]})
        assert rows(results.findings, veto=False) == wanted


class TestAllElse:
    """Everybody of whom the bulletin says nothing is clean, and nothing is left in doubt."""

    def test_nothing_is_unknown_at_the_checkpoint(self, replay: Replay, results: Results) -> None:
        """Somebody looked at everything, so every rule has an answer for every subject."""
        assert results.period == demo_checkpoint().period
        unknown = [
            (standing.id, subject.id)
            for fold in (replay.sites.fold, replay.holdings.fold)
            for estate, subject in fold.subjects()
            for standing in (subject.rules.all if subject.rules else ())
            if judge(estate, subject, standing, AT).state is State.UNKNOWN
        ]
        assert unknown == []

    def test_sites_without_services_are_exempt_from_service_rules(self, replay: Replay, results: Results) -> None:
        """And only they are."""
        assert results.standings
        registry, fold = demo_registry(), replay.sites.fold
        services = {unit.id: unit.external_services for unit in registry.units}
        for site in registry.sites:
            estate = fold.estates[site.code]
            answer = judge(estate, estate.head(), fold.law.by_id["W-V6a"], AT)
            assert answer.state is (State.COMPLIANT if services[site.unit] else State.EXEMPT)

    def test_warnings_came_before_breaches(self, results: Results) -> None:
        """Whatever can be foreseen was warned of: its run was `due_soon` before it was `breached`."""
        warned = {one.episode for one in results.transitions if one.change is Change.DUE_SOON}
        breached = [one for one in results.transitions if one.change is Change.BREACHED]
        unforeseen = {one.rule for one in breached if one.episode not in warned}
        assert unforeseen <= {"X-M1"}, "an account that opens tomorrow is not announced by anybody"

    def test_life_goes_on_besides(self, results: Results) -> None:
        """Warnings that mend themselves, answers that come late and are counted, probes that are too few at first."""
        changes = Counter(one.change for one in results.transitions)
        assert changes[Change.RECOVERED] > 30
        assert sum(one.answers.due for one in results.standings) > 300
        assert 0 < sum(one.answers.late for one in results.standings) < 20
        assert {one.rule for one in results.transitions if one.change is Change.UNKNOWN} == {"W-V2"}
