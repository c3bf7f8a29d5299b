"""Amounts, shares and instants as people read them."""

from datetime import datetime, timedelta
from fractions import Fraction

from schemas.instants import SHANGHAI
from schemas.texts.catalogue import Lang, catalogue

_HUNDRED = 100
_MINUTE = timedelta(minutes=1)


def amount(n: int, unit: str, lang: Lang = Lang.ZH) -> str:
    """So many units ("14天", "14 days"); `unit` is one of second, minute, hour, day, month, working_day."""
    written = catalogue().units[unit]
    if lang is Lang.ZH:
        return f"{n}{written.zh}"
    return f"{n} {written.one if n == 1 else written.many}"


def percent(share: Fraction | float) -> str:
    """A share of one as a percentage with at most two decimals: 0.05 is "5%"."""
    return f"{round(float(share * _HUNDRED), 2):g}%"


def moment(instant: datetime, lang: Lang = Lang.ZH, *, ends: bool = False) -> str:
    """An instant to the minute in Asia/Shanghai.

    With `ends` it is something's end: midnight is then 24:00 of the day before, as offices write it, so that nobody
    takes the day itself for lost. English says the offset.
    """
    local = instant.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    shown = f"{local:%Y-%m-%d %H:%M}"
    if ends and (local.hour, local.minute) == (0, 0):
        shown = f"{local - _MINUTE:%Y-%m-%d} 24:00"
    return shown if lang is Lang.ZH else f"{shown} (UTC+8)"
