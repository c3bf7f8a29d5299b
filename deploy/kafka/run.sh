#!/usr/bin/env bash
# Run one Apache Kafka node (KRaft: broker and controller in one process) in the foreground.
#
#   deploy/kafka/run.sh [--port N] [--controller-port N] [--data DIR] [--via PORT:SHOWN]... [--fetch-only]
#
# --via: a further port to listen on for clients that come through something of yours (a tunnel, a proxy); they are told
# that the broker is at port SHOWN.
# Needs Java 17 or newer, and Maven for the first run, which fetches Kafka (about 45 MB) into
# ${XUNCHA_CACHE:-$HOME/.cache/xuncha}/kafka. No Docker, no installation. Ctrl-C stops it cleanly.
# For trying out and for tests: it binds 127.0.0.1 only and keeps one replica of everything.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XUNCHA_CACHE:-$HOME/.cache/xuncha}/kafka
port=9092
controller_port=
data=
vias=()
fetch_only=

die() { echo "run.sh: $*" >&2; exit 2; }

usage() { sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

while [ $# -gt 0 ]; do
  case $1 in
    --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
  esac
  case $1 in
    --port) port=${2:?--port needs a number}; shift 2 ;;
    --controller-port) controller_port=${2:?--controller-port needs a number}; shift 2 ;;
    --data) data=${2:?--data needs a directory}; shift 2 ;;
    --via) vias+=("${2:?--via needs PORT:SHOWN}"); shift 2 ;;
    --fetch-only) fetch_only=yes; shift ;;
    -h|--help) usage; exit 0 ;;
    *) die "unknown argument '$1'; try --help" ;;
  esac
done
controller_port=${controller_port:-$((port + 1))}
data=${data:-$cache/data-$port}

version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$here/pom.xml")
libs=$cache/libs-$version

fetch() {
  command -v mvn >/dev/null || die "Maven (mvn) is not installed and $libs is empty; install Maven or copy that folder here."
  echo "run.sh: fetching Apache Kafka $version into $libs" >&2
  mkdir -p "$cache"
  local part
  part=$(mktemp -d "$cache/part.XXXXXX")
  mvn --quiet --batch-mode -Dstyle.color=never --file "$here/pom.xml" dependency:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$part" >&2 || { rm -rf "$part"; die "Maven could not fetch Kafka; see above."; }
  # A rename shows other runs either nothing or everything; whoever comes second throws its copy away.
  if [ -d "$libs" ]; then rm -rf "$part"; else mv "$part" "$libs"; fi
}

command -v java >/dev/null || die "Java is not installed; Kafka needs Java 17 or newer."
[ -d "$libs" ] || fetch
[ -z "$fetch_only" ] || exit 0

listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
advertised=PLAINTEXT://127.0.0.1:$port
protocols=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
number=0
for via in ${vias[@]+"${vias[@]}"}; do
  number=$((number + 1))
  listeners+=,VIA$number://127.0.0.1:${via%%:*}
  advertised+=,VIA$number://127.0.0.1:${via##*:}
  protocols+=,VIA$number:PLAINTEXT
done

mkdir -p "$data"
config=$data/server.properties
cat >"$config" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
listeners=$listeners
advertised.listeners=$advertised
listener.security.protocol.map=$protocols
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$data/log
# One node cannot replicate; the internal topics would otherwise wait for three.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# The project creates each topic itself; a typing error must not become a topic.
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
# A killed node is known to be gone after this long, and its next life waits for that.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# Compaction soon enough that a test can wait for it.
log.cleaner.backoff.ms=500
log.cleaner.dedupe.buffer.size=4194304
EOF

memory=(-Xms128m -Xmx512m -XX:+UseSerialGC)
logging=(-Dorg.slf4j.simpleLogger.defaultLogLevel="${XUNCHA_KAFKA_LOG:-warn}"
         -Dorg.slf4j.simpleLogger.showDateTime=true "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ssXXX")
classes=("-cp" "$libs/*")

if [ ! -f "$data/log/meta.properties" ]; then
  # The client compiler alone (TieredStopAtLevel=1) halves the start of this short program.
  java -XX:TieredStopAtLevel=1 "${memory[@]}" "${logging[@]}" "${classes[@]}" kafka.tools.StorageTool format \
      --cluster-id xuncha-one-node-cluster --config "$config" --ignore-formatted >&2
fi

echo "run.sh: Apache Kafka $version on 127.0.0.1:$port, data in $data; Ctrl-C stops it." >&2
# exec: signals go to Kafka itself, which then closes its logs.
# shellcheck disable=SC2086  # XUNCHA_KAFKA_JVM is a list of options by design
exec java "${memory[@]}" ${XUNCHA_KAFKA_JVM:-} "${logging[@]}" "${classes[@]}" kafka.Kafka "$config"
