"""What is fuzzed: the intake with the fold behind it, the registry's reader, the rule packs' loader.

A target takes any bytes. What it raises, other than an error of ours that says what to do, is a finding.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from console.reference.kinds import example, models, type_of
from observers.registry import check_registry
from rules.loader import load_pack
from schemas.errors import XunchaError
from tests.fuzz.workbench import Workbench
from tests.observers.sheets import ENGLISH, whole, write_workbook
from tests.support.packs import POSTS, write

#: After so many inputs the worker begins anew, else its past is what is measured.
_LIFE = 500


class Target(NamedTuple):
    """A target: what takes the bytes, and sound examples to begin with."""

    once: Callable[[bytes], None]
    seeds: list[bytes]


def target(name: str) -> Target:
    """The target of a name, made ready."""
    return {"intake": _intake, "registry": _registry, "packs": _packs}[name]()


TARGETS = ("intake", "registry", "packs")


def _intake() -> Target:
    bench, taken = Workbench(), 0

    def once(data: bytes) -> None:
        nonlocal taken
        taken += 1
        bench.take([(None, data)])
        assert bench.account.balanced, bench.account
        if taken % _LIFE == 0:
            bench.expect_loadable()
            bench.renew()

    kinds = [orjson.dumps(example(type_of(model))) for model in models()]
    return Target(once, [*kinds, b"[" + b",".join(kinds[:5]) + b"]"])


def _registry() -> Target:
    folder = Path(tempfile.mkdtemp())

    def once(data: bytes) -> None:
        """The first byte chooses the form: YAML, CSV or Excel."""
        path = folder / f"registry.{('yaml', 'csv', 'xlsx')[data[0] % 3 if data else 0]}"
        path.write_bytes(data[1:])
        _expect_clear(lambda: check_registry(path))

    book = write_workbook(folder / "seed.xlsx", whole()).read_bytes()
    sheet = "单位编码,单位名称,区域\njyj,某市教育局,市直\n".encode()
    return Target(once, [b"\x00" + ENGLISH.encode(), b"\x01" + sheet, b"\x02" + book])


def _packs() -> Target:
    folder = Path(tempfile.mkdtemp())
    write(folder, "root", {"local/P-1": POSTS})
    sound = [(folder / "root" / name).read_bytes() for name in ("pack.yaml", "local/P-1.yaml")]

    def once(data: bytes) -> None:
        """The first byte chooses the file: the pack's own, or its rule's."""
        for place, name in enumerate(("pack.yaml", "local/P-1.yaml")):
            own = bool(data) and data[0] % 2 == place
            (folder / "root" / name).write_bytes(data[1:] if own else sound[place])
        _expect_clear(lambda: load_pack("root", search=[folder]))

    return Target(once, [bytes([place]) + text for place, text in enumerate(sound)])


def _expect_clear(read: Callable[[], object]) -> None:
    """Only errors of ours may come out, and they say something."""
    try:
        read()
    except XunchaError as error:
        said = str(error).strip()
    else:
        return
    assert said, "an error without a sentence"


def mutants(seeds: list[bytes], count: int, chance: Callable[[int], int]) -> Iterator[bytes]:
    """Examples with a few bytes changed, cut or doubled: the short form, without coverage."""
    for _ in range(count):
        data = bytearray(seeds[chance(len(seeds))])
        for _ in range(1 + chance(4)):
            at = chance(len(data) + 1)
            upto = at + chance(12)
            data[at:upto] = [b"", bytes([chance(256)]), bytes(data[at:upto]) * 2, b"\xff{[:-\n"][chance(4)]
        yield bytes(data)
