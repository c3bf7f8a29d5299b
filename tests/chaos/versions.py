"""Another version of Xuncha for workers to be started with: a folder with its packages, put before all others.

Unless one is named (an earlier commit's work tree, or build/fast), it is a copy of these sources under another version
number. That is enough for workers to see that what is stored was written by another version.
"""

import shutil
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_PACKAGES: Final = ("agents", "alerts", "console", "observers", "reports", "rules", "schemas", "streams")
#: Greater than any that is released.
_NEXT: Final = "999.0"


def made_version(folder: Path) -> Path:
    """Copy the packages, and say another version number."""
    for name in _PACKAGES:
        shutil.copytree(_ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    info = folder / f"xuncha-{_NEXT}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: xuncha\nVersion: {_NEXT}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    entries = distribution("xuncha").read_text("entry_points.txt")
    if entries is not None:
        (info / "entry_points.txt").write_text(entries, encoding="utf-8")
    return folder


def env_of(folder: Path | None) -> Mapping[str, str]:
    """What a worker has to be started with to be of another version; None: of these sources again."""
    return {"PYTHONPATH": str(folder or _ROOT), "PYTHONSAFEPATH": "1"}
