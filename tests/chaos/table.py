"""What many runs came to, as lines and as a table by kind of fault."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.chaos.plan import MEANING, Kind
from tests.chaos.run import Report

HEAD = ("fault", "runs", "carried out", "lost", "extra", "different", "twice under other ids", "hung")


def line(report: Report) -> str:
    """One run in one line."""
    faults = ", ".join(f"{fault.kind}@{fault.at:.0%}" for fault in report.plan.faults)
    ended = ", ".join(f"{count} {what}" for what, count in sorted(report.ended.items()))
    verdict = report.verdict
    return (
        f"{'ok  ' if report.good else 'FAIL'} seed {report.plan.seed}: {report.plan.workers} workers"
        f"{' (static)' if report.plan.static else ''}, {faults}; {report.observations} records, "
        f"{verdict.transitions} transitions, {verdict.alerts} alerts, {verdict.repeated} repeated, "
        f"{report.said_again} said again"
        f"{f'; ended by themselves: {ended}' if ended else ''}; {report.seconds:.0f} s"
    )


def table(reports: Sequence[Report]) -> str:
    """All runs, by kind of fault; what differs counts for each kind of its run, so columns do not add up."""
    rows = [HEAD, tuple("---" for _ in HEAD), *_rows(reports)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows(reports: Sequence[Report]) -> Iterator[tuple[str, ...]]:
    for kind in Kind:
        with_it = [report for report in reports if report.done[kind]]
        if with_it:
            yield _row(f"{MEANING[kind]}", with_it, sum(report.done[kind] for report in with_it))
    yield _row("all", reports, sum(sum(report.done.values()) for report in reports))


def _row(name: str, reports: Sequence[Report], carried: int) -> tuple[str, ...]:
    verdicts = [report.verdict for report in reports]
    numbers = (
        len(reports), carried, sum(one.lost for one in verdicts), sum(one.extra for one in verdicts),
        sum(one.different for one in verdicts), sum(one.other_ids for one in verdicts),
        sum(len(one.hung) for one in reports),
    )  # fmt: skip
    return name, *(f"{number:,}" for number in numbers)


def sums(reports: Iterable[Report]) -> str:
    """What all runs did together."""
    total: Counter[str] = Counter()
    for report in reports:
        total["runs"] += 1
        total["observations"] += report.observations
        total["transitions"] += report.verdict.transitions
        total["alerts"] += report.verdict.alerts
        total["alerts told again under the same id"] += report.verdict.repeated
        total["records hidden by late words and said again"] += report.said_again
        total["workers that ended by themselves and were started again"] += sum(report.ended.values())
    return ", ".join(f"{count:,} {what}" for what, count in total.items())
