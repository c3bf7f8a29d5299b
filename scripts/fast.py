"""Lay build/fast: our packages as they are, and in it the pure core compiled by mypyc. `make fast` runs this.

The sources stay untouched, and nothing compiled ever lies beside them, where it would shadow an edit. The folder is
made anew whenever a source, the compiler or this script has changed, and takes its place only when it is whole.
"""

import hashlib
import io
import os
import shlex
import shutil
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FAST = ROOT / "build" / "fast"
STAMP = "made-of"

#: What is compiled, in one group, so that calls between these modules are calls of C functions.
COMPILED = (
    "schemas/instants.py",
    *(f"streams/core/{name}.py" for name in (
        "answer", "census", "concern", "deadlines", "effects", "episodes", "fold", "forgetting", "forwards",
        "judging", "law", "marks", "memories", "owners", "profile", "ring", "subject", "terms",
        "trail", "view", "waking", "wholes",
    )),
    *(f"streams/core/windows/{name}.py" for name in (
        "audit", "availability", "closures", "completeness", "count", "freshness", "linkage", "multiplicity",
        "ledger", "parts", "presence", "response", "ruling",
    )),
    "streams/log/moments.py", "streams/log/quick.py", "streams/log/shard.py",
)  # fmt: skip

#: Starts the compiled form: its packages come before any others, here and in every process that is started from here.
LAUNCHER = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" PYTHONSAFEPATH=1
exec "$here/../../.venv/bin/python" -m console "$@"
"""


def main() -> None:
    """Make build/fast, unless it is there and made of these very sources."""
    made_of = _digest()
    if (FAST / STAMP).exists() and (FAST / STAMP).read_text(encoding="ascii") == made_of:
        return
    _require_compiler()
    new = FAST.with_name("fast-new")
    shutil.rmtree(new, ignore_errors=True)
    for package in _packages():
        shutil.copytree(ROOT / package, new / package, ignore=shutil.ignore_patterns("__pycache__"))
    print(f"fast: compiling {len(COMPILED)} modules, which takes a minute or two", file=sys.stderr)
    _compile(new)
    launcher = new / "xuncha"
    launcher.write_text(LAUNCHER, encoding="ascii")
    launcher.chmod(0o755)
    (new / STAMP).write_text(made_of, encoding="ascii")
    shutil.rmtree(FAST, ignore_errors=True)
    new.rename(FAST)


def _packages() -> list[str]:
    """Our import packages, as the wheel has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages: list[str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return packages


def _digest() -> str:
    """Names all that the folder is made of."""
    found = hashlib.sha256(sys.version.encode())
    for path in _sources():
        found.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return found.hexdigest()


def _sources() -> Iterator[Path]:
    yield from (Path(__file__).resolve(), ROOT / "pyproject.toml", ROOT / "requirements" / "dev.lock")
    for package in _packages():
        yield from sorted(path for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix != ".pyc")


def _require_compiler() -> None:
    """End with one sentence where there is nothing to compile with."""
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    header = Path(sysconfig.get_paths()["include"], "Python.h")
    if shutil.which(shlex.split(compiler)[0]) is None:
        missing = f"a C compiler ({compiler})"
    elif not header.exists():
        missing = f"Python's headers ({header})"
    else:
        return
    raise SystemExit(
        f"fast: compiling needs {missing}; install it (on Debian and Ubuntu: apt-get install gcc python3-dev),"
        " or do without: what is not compiled says the same"
    )


def _compile(folder: Path) -> None:
    """Run mypyc in the folder, out of sight of pyproject.toml, which setuptools would take for its own."""
    from mypyc.build import mypycify  # noqa: PLC0415  # takes longer to import than to find that nothing is to be done
    from setuptools import setup  # noqa: PLC0415

    os.chdir(folder)
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as work:
        try:
            with redirect_stdout(said):
                options = ["--config-file", str(ROOT / "pyproject.toml")]
                modules = mypycify([*options, *COMPILED], target_dir=work, group_name="core", debug_level="0")
        except SystemExit:
            print(said.getvalue(), file=sys.stderr)
            raise
        places = ["--inplace", "--build-temp", work, "--build-lib", work]
        setup(name="xuncha-fast", ext_modules=modules, script_args=["--quiet", "build_ext", *places])


if __name__ == "__main__":
    main()
