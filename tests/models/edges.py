"""Where a rule's answer may change: a span on from what happened, by the parameters of the rules that look at it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rules.span import Span
from rules.words import Memory
from streams.core.law import Law
from tests.models.reckoning import Values

#: Which memories an event is about; one that is not named here is about everything of its subject.
_MEMORIES: Mapping[str, Sequence[Memory]] = {
    "site.updated": [Memory.HOME],
    "site.checked": [Memory.HOME],
    "channel.tested": [Memory.CHANNELS],
    "services.listed": [Memory.SERVICES],
    "policy.published": [Memory.LINKS],
    "interpretation.published": [Memory.LINKS],
    "answer.published": [Memory.PUBLISHED_ANSWERS, Memory.ANSWER_FIELDS],
    "column.updated": [Memory.ITEMS, Memory.COLUMNS],
    "message.received": [Memory.MESSAGES],
    "correction.assigned": [Memory.CORRECTIONS],
    "account.posted": [Memory.POSTS],
    "account.checked": [Memory.POSTS],
    "account.feature_tested": [Memory.FEATURES],
    "account.app_tested": [Memory.APP],
    "content.ruled": [Memory.RULINGS],
    "observer.reported": [Memory.REPORTS],
}


class Edge(NamedTuple):
    """A span, and the parameters of the rule that it stands in."""

    span: Span
    values: Values


def edges_of(law: Law, kinds: Sequence[Any], event: str) -> list[Edge]:
    """The spans that may begin with an event, of rules about some kinds of subject."""
    return list(_edges(law, kinds, _MEMORIES.get(event, ()))) or list(_edges(law, kinds, ()))


def _edges(law: Law, kinds: Sequence[Any], memories: Sequence[Memory]) -> Iterator[Edge]:
    for standing in law.by_id.values():
        if standing.rule.subject in kinds and (not memories or standing.rule.memory in memories):
            values = standing.rule.segments[-1][1]
            yield from (Edge(span, values) for span in values.values() if isinstance(span, Span) and span.n)
