"""Small rule packs that a test writes and loads."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from rules.loader import load_pack
from rules.pack import Pack

PACK = """
    id: {id}
    title: {{zh: 某市, en: a city}}
    inherits: {inherits}
    basis: {{zh: 某市规定, en: rules of a city}}
    valid: {valid}
    sources:
      A: {{zh: 甲, en: a}}
"""

POSTS = """
    id: P-1
    title: {zh: 更新, en: updates}
    kind: veto
    subject: account
    clause: 某规定
    sources: [A]
    verified: true
    valid: {from: 2020-01-01}
    window: freshness
    memory: posts
    severity: urgent
    parameters:
      window: {values: {2020-01-01: {value: 14 days, verified: true, sources: [A]}}}
      edge: {values: {2020-01-01: {value: at, default: true, why: 未定}}}
      count: {values: {2020-01-01: {value: elapsed, default: true, why: 未定}}}
      month_end: {values: {2020-01-01: {value: clip, default: true, why: 未定}}}
      lead: {values: {2020-01-01: {value: 4 days, default: true, why: 未定}}}
      needs_look: {values: {2020-01-01: {value: true, default: true, why: 未定}}}
      look_slack: {values: {2020-01-01: {value: 1 hour, default: true, why: 未定}}}
    points:
      cap: {values: {2020-01-01: {value: null, verified: false}}}
"""

TEN_DAYS = """
    id: P-1
    overrides: root
    valid: {from: 2022-01-01}
    parameters:
      window: {values: {2022-01-01: {value: 10 days, verified: true, sources: [A]}}}
"""

UNTIL_2022 = "{from: 2022-01-01, to: 2022-12-31}"


def write(folder: Path, pack: str, files: Mapping[str, str], inherits: str = "null", valid: str = "") -> None:
    """Write one pack: its own file, and `files` by GROUP/ID."""
    root = folder / pack
    root.mkdir()
    whole = PACK.format(id=pack, inherits=inherits, valid=valid or "{from: 2020-01-01}")
    (root / "pack.yaml").write_text(dedent(files.get("pack", whole)), encoding="utf-8")
    for name, text in files.items():
        if name != "pack":
            path = root / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")


def write_city(folder: Path, extra: str, *, inherits: str = "null", valid: str = "{from: 2020-01-01}") -> None:
    """Write a pack `city` whose own file has `extra` at its end, and P-1 if it inherits nothing."""
    text = dedent(PACK.format(id="city", inherits=inherits, valid=valid)) + extra
    write(folder, "city", {"pack": text} | ({} if inherits != "null" else {"local/P-1": POSTS}))


def load_posts(folder: Path, *changes: tuple[str, str], name: str = "local/P-1") -> Pack:
    """Load a pack `root` that holds P-1, after `changes` to P-1's text, each (old, new)."""
    text = POSTS
    for old, new in changes:
        assert old in text, f"the test changes {old!r}, which isn't there"
        text = text.replace(old, new)
    write(folder, "root", {name: text})
    return load_pack("root", search=[folder])


def load_heir(
    folder: Path, override: str, *, root: str = POSTS, valid: str = "{from: 2022-01-01}", name: str = "local/P-1"
) -> Pack:
    """Load a pack `heir` that inherits `root` (which holds P-1) and says `override`."""
    write(folder, "root", {"local/P-1": root})
    write(folder, "heir", {name: override}, inherits="root", valid=valid)
    return load_pack("heir", search=[folder])
