"""The bulletin (通报) of a period as Markdown, with the parts that real ones have.

What it counts, it lists; what it finds, it founds on rule, clause, time and evidence; what nobody verified (未核实) and
what could not be judged (无法判定), it says. It scores nothing and orders nothing.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import cache, partial
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from reports.figures import percent
from reports.law import Part, said
from reports.markdown import code, plain
from reports.names import Names
from reports.page import Composer, Page
from rules.pack import Pack
from rules.words import Standing
from schemas.aggregates import Aggregate
from schemas.instants import SHANGHAI
from schemas.standings import Finding, SubjectStanding
from schemas.texts import Lang, moment

EXAMPLES: Final = 5
"""So many examples of a problem are named in part two; the annex lists all."""

_QUARTER: Final = re.compile(r"(\d{4})Q([1-4])")
_QUARTERS: Final = {"1": "一", "2": "二", "3": "三", "4": "四"}
_ORDINALS: Final = "一二三四五六"
_GAP: Final = re.compile(r"\n{3,}")
_MINUTE: Final = timedelta(minutes=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_MILLISECOND_PAST: Final = time(0, 0, 0, 1000)


def write_bulletin(
    aggregates: Sequence[Aggregate], findings: Iterable[Finding], standings: Iterable[SubjectStanding],
    pack: Pack, names: Names, lang: str = "zh", *, notice: str = "",
) -> str:  # fmt: skip
    """One period's bulletin; equal input gives equal text, to the byte.

    Args:
        aggregates: of one period: units, groups, areas.
        findings: all findings of the standings.
        standings: all standings as of the same instant.
        pack: under which they were judged.
        names: what units and subjects are called.
        lang: "zh", or "en" for a short form.
        notice: what a reader must know of the data first, such as that it was reconstructed; shown on top.

    Raises:
        InputError: the three disagree with one another, or there are no aggregates.
        PackError: a finding is of a rule that the pack doesn't have.

    """
    spoken = Lang(lang)
    page = Composer(pack, names, spoken).page(aggregates, findings, standings)
    template = _environment(spoken).get_template(f"bulletin.{spoken}.md.j2")
    text = template.render(page=page, notice=notice, examples=EXAMPLES, parts=_parts(page), titled=period_zh)
    return _GAP.sub("\n\n", text).strip() + "\n"


def period_zh(period: str) -> str:
    """2024Q1 as 2024年第一季度; other periods by their names."""
    found = _QUARTER.fullmatch(period)
    return f"{found[1]}年第{_QUARTERS[found[2]]}季度" if found else period


def checkpoint_zh(at: datetime) -> str:
    """A checkpoint (监测时间点) as offices write it: the last millisecond of a day, and midnight, are its 24时."""
    local = at.astimezone(SHANGHAI)
    if (local + _MILLISECOND).time() <= _MILLISECOND_PAST:
        day = local - _MINUTE
        return f"{day.year}年{day.month}月{day.day}日24时"
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"


def _parts(page: Page) -> list[Part]:
    """The headings of part two under which there is something to say."""
    found = {problem.part for problem in page.problems}
    return [part for part in Part if part in found]


@cache
def _environment(lang: Lang) -> Environment:
    """Templates of this package; a name that a template misspells is an error, not a gap in the bulletin."""
    made = Environment(
        loader=PackageLoader("reports", "templates"), undefined=StrictUndefined, autoescape=select_autoescape(),
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {"plain": plain, "code": code, "checkpoint": checkpoint_zh, "said": partial(said, lang=lang)}
    made.filters |= {"since": partial(moment, lang=lang), "until": partial(moment, lang=lang, ends=True)}
    made.globals |= {"percent": percent, "Standing": Standing, "ordinals": _ORDINALS}
    return made
