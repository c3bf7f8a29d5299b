"""The pack, the folders of packs and the day that a command line names, or leaves to the environment."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from console.environment import read_settings
from rules.loader import load_pack, pack_ids
from rules.pack import Pack
from schemas.errors import AtError
from schemas.instants import SHANGHAI


def pack_of(pack: str | None, packs: Sequence[Path]) -> Pack:
    """The pack that is named, or that of XUNCHA_PACK.

    Raises:
        PackError: there is none, or it is wrong.

    """
    return load_pack(pack_id(pack), search=folders(packs))


def pack_id(pack: str | None) -> str:
    """Its id alone."""
    return pack or read_settings().pack


def every_pack(packs: Sequence[Path]) -> tuple[str, ...]:
    """The ids of all packs that there are."""
    return pack_ids(folders(packs))


def folders(packs: Sequence[Path]) -> tuple[Path, ...]:
    """The command line's folders, then those of XUNCHA_PACKS."""
    return tuple(dict.fromkeys((*packs, *read_settings().packs)))


def day_of(on: str | None) -> date:
    """The day that is asked about; today in Beijing.

    Raises:
        AtError: it is no date.

    """
    try:
        return date.fromisoformat(on) if on else datetime.now(SHANGHAI).date()
    except ValueError as error:
        raise AtError(f"{on!r} is no date: write 2024-02-29") from error
