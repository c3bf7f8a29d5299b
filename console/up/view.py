"""The live table: units, subjects, judgements, next deadlines, alerts delivered."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from rich.table import Table

from console.up.collect import Collected
from schemas.registry import Registry
from schemas.texts import Lang, moment, text
from schemas.transitions import TransitionRecord
from schemas.words import Change, State

SHOWN_DEADLINES = 5
_OVER = frozenset({Change.RECOVERED, Change.RETRACTED, Change.EXEMPT})


class Told(NamedTuple):
    """What the local receiver has got."""

    accepted: int
    twice: int


def overview(registry: Registry, collected: Collected, told: Told, *, seen: int) -> Table:
    """The table as it is now."""
    latest = latest_of(collected.transitions.values())
    table = Table(title="巡查 Xuncha", show_header=False, min_width=72)
    table.add_row("单位 units", str(len(registry.units)))
    subjects = f"网站 {len(registry.sites)} · 栏目 {len(registry.columns)} · 账号 {len(registry.accounts)}"
    table.add_row("对象 subjects", subjects)
    table.add_row("观测 observations", f"{seen:,}")
    table.add_row("判定 open judgements", _states(latest))
    for transition in next_deadlines(latest):
        table.add_row("将到期 next deadline", _deadline(transition))
    table.add_row("已送达 alerts delivered", f"{told.accepted}（重复 repeated {told.twice}）")
    table.add_row("死信 dead letters", str(collected.dead_letters))
    return table


def latest_of(transitions: Iterable[TransitionRecord]) -> dict[str, TransitionRecord]:
    """The newest transition of each episode."""
    latest: dict[str, TransitionRecord] = {}
    for transition in transitions:
        known = latest.get(transition.episode)
        if known is None or known.sequence < transition.sequence:
            latest[transition.episode] = transition
    return latest


def next_deadlines(latest: dict[str, TransitionRecord]) -> list[TransitionRecord]:
    """The warnings that break first."""
    warned = [one for one in latest.values() if one.state is State.DUE_SOON and one.change not in _OVER and one.due_at]
    return sorted(warned, key=lambda one: (one.due_at, one.subject))[:SHOWN_DEADLINES]


def _states(latest: dict[str, TransitionRecord]) -> str:
    counts = Counter(one.state for one in latest.values() if one.change not in _OVER)
    parts = [f"{text(state, Lang.ZH)} {counts[state]}" for state in State if counts[state]]
    return " · ".join(parts) or "—"


def _deadline(transition: TransitionRecord) -> str:
    due = moment(transition.due_at, Lang.ZH) if transition.due_at else "—"
    return f"{due}  {transition.rule}  {transition.subject}"
