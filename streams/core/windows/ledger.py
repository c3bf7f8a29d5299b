"""What a site's columns or messages answer, kept from one look to the next: counting them need not ask them all.

Of each child the stretches of time are kept over which its answer is known to stay the same. A ledger stands at an
instant, and moves: forward it asks only those whose answer may have changed since, and those of whom something new has
become known (`strike`); back it looks all of them up. What it says is what asking everybody would say, at any instant
and in any order; it is memory for speed, never stored, and made anew from the facts when it is missing.
"""

from bisect import bisect_right
from heapq import heappop, heappush

from schemas.words import State
from streams.core.answer import NEVER, Answer
from streams.core.view import View
from streams.core.windows.parts import OPEN, Part, Terms

#: So many stretches of a child are kept; whoever asks further back pays for it with a judgement.
STRETCHES = 64

#: The answers that a look may change: nobody had looked, or the look is what proves it.
_SEEN_BY_LOOKS = (State.UNKNOWN, State.BREACHED)


class Line:
    """A child's answers: over stretches (from inclusive, to exclusive), in order, with holes between them.

    Before `proven_from` there is none that a look may change.
    """

    __slots__ = ("answers", "froms", "proven_from", "tos")

    def __init__(self) -> None:
        self.proven_from = NEVER
        self.froms: list[int] = []
        self.tos: list[int] = []
        self.answers: list[Answer] = []

    def place(self, at: int) -> int:
        """Which stretch an instant lies in; -1 if in none."""
        place = bisect_right(self.froms, at) - 1
        return place if place >= 0 and at < self.tos[place] else -1

    def put(self, start: int, end: int, answer: Answer) -> int:
        """Remember a stretch whose start lies in none; where it ends, which is where it meets the next."""
        place = bisect_right(self.froms, start)
        if place < len(self.froms):
            end = min(end, self.froms[place])
        self.froms.insert(place, start)
        self.tos.insert(place, end)
        self.answers.insert(place, answer)
        if answer.state in _SEEN_BY_LOOKS:
            self.proven_from = min(self.proven_from, start)
        if len(self.froms) > STRETCHES:
            del self.froms[0], self.tos[0], self.answers[0]
        return end

    def first_open(self, since: int, upto: int) -> int:
        """The first instant of some (both inclusive) at which it is not known to have complied; NEVER if none."""
        while since <= upto:
            place = self.place(since)
            if place < 0 or self.answers[place].state in OPEN:
                return since
            since = self.tos[place]
        return NEVER

    def cut(self, since: int) -> None:
        """Forget what was known of an instant and all that follow."""
        place = bisect_right(self.froms, since - 1)
        del self.froms[place:], self.tos[place:], self.answers[place:]
        if place and self.tos[-1] > since:
            self.tos[-1] = since
        if self.proven_from >= since:
            self.proven_from = NEVER


class Ledger:
    """The children of a site under the terms of one counting rule; `now` are those that don't comply, by state.

    `news` is whether the last observation of a child may have changed what it answers, as far as time is settled.
    """

    __slots__ = ("_at", "_coming", "_enrolled", "_lines", "_part", "_struck", "_untils", "news", "now", "terms")

    def __init__(self, part: Part, terms: Terms) -> None:
        self.terms = terms
        self.news = True
        self._part = part
        self._at = -NEVER
        self._enrolled = 0
        self._lines: dict[str, Line] = {}
        self._struck: dict[str, None] = {}
        self._untils: dict[str, int] = {}
        self._coming: list[tuple[int, str]] = []
        self.now: dict[State, dict[str, Answer]] = {state: {} for state in OPEN}

    def of(self, state: State) -> list[Answer]:
        """The answers of the children in a state, in the order of the children's ids."""
        return [answer for _, answer in sorted(self.now[state].items())]

    @property
    def partly(self) -> bool:
        """Whether any child is broken, or nobody knows whether it is."""
        return bool(self.now[State.BREACHED] or self.now[State.UNKNOWN])

    @property
    def next(self) -> int:
        """The first instant after where it stands at which any child may answer otherwise."""
        coming = self._coming
        while coming and self._untils[coming[0][1]] != coming[0][0]:
            heappop(coming)
        return coming[0][0] if coming else NEVER

    def next_of(self, child: str) -> int:
        """The same of one child; NEVER if it is not one of those that are counted."""
        return self._untils.get(child, NEVER)

    def move(self, view: View, at: int) -> None:
        """Stand at an instant."""
        if len(view.estate.subjects) != self._enrolled:
            self._enrol(view)
        if at < self._at:
            self._untils, self._coming, self._struck = {}, [], dict.fromkeys(self._lines)
        asked = self._passed(at)
        self._at, self._struck = at, {}
        for child in asked:
            self._ask(view, child, at)

    def strike(self, child: str, since: int) -> None:
        """Forget how a child stands from an instant on: something is new of it."""
        line = self._lines.get(child)
        if line is not None:
            line.cut(since)
            self._struck[child] = None

    def improve(self, child: str, since: int, upto: int) -> bool:
        """A child may stand better from an instant on; whether it may, up to another: where it complied, it can't.

        What is known of it stays then: it complies for as long, or longer.
        """
        line = self._lines.get(child)
        if line is not None and line.first_open(since, upto) > upto >= since:
            return False
        self.strike(child, since)
        return True

    def look(self, view: View, child: str, since: int, upto: int) -> bool:
        """Somebody has looked at a child; whether that settles anything of some instants (both inclusive).

        What nobody had looked at before is all that a look can settle.
        """
        line = self._lines.get(child)
        if line is None:
            return True
        may = self._unseen(line, view, child, since, upto)
        if (proven := line.proven_from) < NEVER:
            self.strike(child, proven)
            self._fill(line, view, child, proven, upto)
        return may

    def _unseen(self, line: Line, view: View, child: str, since: int, upto: int) -> bool:
        while since <= upto:
            place = line.place(since)
            known = place >= 0
            answer, end = (line.answers[place], line.tos[place]) if known else self._judge(line, view, child, since)
            if answer.state is State.UNKNOWN or (answer.state is State.BREACHED and not known):
                return True
            since = end
        return False

    def _fill(self, line: Line, view: View, child: str, since: int, upto: int) -> None:
        """Know how a child stands from an instant to another: the next look must not take it for news."""
        while since <= upto:
            place = line.place(since)
            since = line.tos[place] if place >= 0 else self._judge(line, view, child, since)[1]

    def _enrol(self, view: View) -> None:
        """Take in the children that were not known yet."""
        self._enrolled = len(view.estate.subjects)
        for child in view.estate.children(self._part.kind):
            if child.id not in self._lines:
                self._lines[child.id] = Line()
                self._struck[child.id] = None

    def _passed(self, at: int) -> list[str]:
        """Those whose answer may be another by an instant than where the ledger stands."""
        asked = dict(self._struck)
        while self._coming and self._coming[0][0] <= at:
            instant, child = heappop(self._coming)
            if self._untils[child] == instant:
                asked[child] = None
        return list(asked)

    def _ask(self, view: View, child: str, at: int) -> None:
        line = self._lines[child]
        place = line.place(at)
        if place >= 0:
            self._note(child, line.answers[place], line.tos[place])
        else:
            self._note(child, *self._judge(line, view, child, at))

    def _judge(self, line: Line, view: View, child: str, at: int) -> tuple[Answer, int]:
        """(how a child stands at an instant of which nothing is known, until when), which is known from now on."""
        seen = View(view.estate, view.estate.subjects[child], self._part.memory)
        answer = self._part.answer(seen, at, self.terms)
        return answer, line.put(at, self._part.until(seen, at, self.terms), answer)

    def _note(self, child: str, answer: Answer, until: int) -> None:
        for state, those in self.now.items():
            if answer.state is state:
                those[child] = answer
            else:
                those.pop(child, None)
        if self._untils.get(child) != until:
            self._untils[child] = until
            if until < NEVER:
                heappush(self._coming, (until, child))
