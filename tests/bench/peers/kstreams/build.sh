#!/usr/bin/env bash
# Fetch Kafka Streams from Maven's artifacts and compile the racer into build/bench/kstreams. Needs a JDK 17 and Maven.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
out=../../../../build/bench/kstreams

die() { echo "build.sh: $*" >&2; exit 1; }
command -v mvn >/dev/null || die "Maven (mvn) is not installed"
command -v javac >/dev/null || die "javac is not installed; on Debian and Ubuntu: apt-get install openjdk-17-jdk-headless"

if [ ! -d "$out/libs" ] || [ pom.xml -nt "$out/libs" ]; then
  echo "build.sh: fetching Kafka Streams (about 80 MB)" >&2
  mkdir -p "$out"
  rm -rf "$out/part" "$out/libs" "$out/classes"
  mvn --quiet --batch-mode -Dstyle.color=never dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$PWD/$out/part" >&2
  touch "$out/part"
  mv "$out/part" "$out/libs"
fi
if [ Racer.java -nt "$out/classes/Racer.class" ]; then
  mkdir -p "$out/classes"
  javac -Xlint:all,-processing -Werror -cp "$out/libs/*" -d "$out/classes" Racer.java
fi
