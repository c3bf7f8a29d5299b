#!/usr/bin/env bash
# Write requirements/{dev,run,fuzz,bench}.lock from pyproject.toml: every version and every hash, for Python 3.11 and newer.
#
#   scripts/lock.sh                  keep the versions that still fit
#   scripts/lock.sh --upgrade        take the newest that fit
#
# Resolving is uv's work, since it can resolve for all platforms at once. It gets an environment of its own in build/:
# nobody who only runs or tests Xuncha needs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

uv_version=0.13.9
tool=build/lock

die() { printf 'lock.sh: %s\n' "$*" >&2; exit 1; }

# No address of a package index goes into a lock: it is installed from whatever index the reader's pip knows.
compile() {
  "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-emit-find-links "$@"
}

[ -x "$tool/bin/python" ] || "${PYTHON:-python3}" -m venv "$tool"
"$tool/bin/python" -m pip --disable-pip-version-check install --quiet "uv==$uv_version"

# dev first: it holds the most, and run takes its versions from it, so that both always agree.
compile pyproject.toml --group dev "$@" --output-file requirements/dev.lock
compile pyproject.toml --group build --constraints requirements/dev.lock "$@" --output-file requirements/run.lock

compile --group fuzz "$@" --output-file requirements/fuzz.lock
compile --group bench "$@" --output-file requirements/bench.lock

if grep -n '://' requirements/*.lock; then die "a lock names an address, see above"; fi
