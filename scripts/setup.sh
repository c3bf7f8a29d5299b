#!/usr/bin/env bash
# Lay .venv with what requirements/NAME.lock names, and the project itself from this folder.
#
#   scripts/setup.sh run|dev        (PYTHON=python3.12 takes another Python)
#
# pip, not uv, although uv is faster (measured on two cores with an empty cache, all of dev.lock: pip 25 s, uv 9 s):
# pip comes with Python, and it follows the pip.conf, proxies and certificates that offices already have; uv does not
# read pip.conf. The lock is complete, so pip need not resolve (--no-deps); bytecode is written when first needed
# (--no-compile). Both make pip faster by a third. Only wheels are taken, since a build that fails after five minutes
# for want of a compiler helps nobody. Where a wheel is missing (Faust 0.15.3 has none for Linux on ARM), whoever has a
# compiler says so: PIP_ONLY_BINARY= scripts/setup.sh run
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

name=${1:?say which lock: run or dev}
lock=requirements/$name.lock
python=${PYTHON:-python3}
venv=.venv

die() { printf 'xuncha: %s\n' "$*" >&2; exit 1; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

version_of() { "$1" -c 'import platform; print(platform.python_implementation(), platform.python_version())'; }

require_python() {
  command -v "$python" >/dev/null ||
    die "'$python' was not found; install Python 3.11 or newer, or name the one you have: make PYTHON=/path/to/python3.11"
  is_new_enough "$python" ||
    die "$(version_of "$python") is too old; Xuncha needs Python 3.11 or newer, so name one: make PYTHON=python3.11"
}

lay_venv() {
  if [ ! -x "$venv/bin/python" ]; then
    require_python
    "$python" -m venv "$venv" ||
      { rm -rf "$venv"; die "'$python -m venv' failed, see above; on Debian and Ubuntu: apt-get install python3-venv"; }
  fi
  is_new_enough "$venv/bin/python" ||
    die "$venv was made with a Python that is gone or older than 3.11; 'make clean' removes it, then try again"
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null ||
    die "$venv has no pip and none could be added; 'make clean' removes it, then try again"
}

pip_install() { "$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps --no-compile "$@"; }

install_locked() {
  echo "xuncha: installing $(grep -c '==' "$lock") packages of $lock, each checked against its hash" >&2
  PIP_ONLY_BINARY=${PIP_ONLY_BINARY-:all:} pip_install --require-hashes --requirement "$lock" ||
    die "not everything in $lock could be installed on $(version_of "$venv/bin/python"), $(uname -sm); see pip above:" \
      "either the package index was out of reach, or a package has no wheel for this Python and machine, in which case" \
      "take CPython 3.11 on x86-64 Linux or ARM macOS, or let pip compile it: PIP_ONLY_BINARY= make ..."
}

install_project() {
  pip_install --no-build-isolation --no-index --editable . ||
    die "the project itself could not be installed into $venv; see pip above"
}

lay_venv
install_locked
install_project
# The stamps by which make knows. All of run.lock is in dev.lock, at the same versions (tests/test_packaging.py).
touch "$venv/.xuncha-run" "$venv/.xuncha-$name"
