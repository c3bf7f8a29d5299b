"""Those that are compared: how each is started, what it promises, and where its durable state is seen."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from streams.topics import Name, Topics
from tests.bench.durable import Changelog, by_position
from tests.bench.peers.progress import Committed, Snapshots, Watching, marks_in_bytes, marks_in_json
from tests.bench.racers import FAST

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
#: The environment of the racers that come from elsewhere (requirements/bench.lock).
VENV = ROOT / "build" / "bench" / "venv"
KSTREAMS = ROOT / "build" / "bench" / "kstreams"


class Racer(NamedTuple):
    """One that is compared, on topics of its own."""

    name: str
    promises: str
    state: str
    topics: Topics
    command: list[str]
    env: dict[str, str]
    watch: Callable[[str], Watching]  # of the bootstrap servers
    by_marks: bool  # whether progress is the time of the last mark, else the number of records
    judges: bool  # by the small rule; else by others, and what it says is not compared
    fast: bool  # whether it gets the longer runs
    prepare: Callable[[], object] = lambda: None

    @property
    def observations(self) -> str:
        """The topic it reads."""
        return self.topics.of(Name.OBSERVATIONS)


Make = Callable[[str, str, int, Path], Racer]

_EXACT = "at least once; the effect exactly once (same ids)"
_CHANGELOG = "changelog in Kafka"


def xuncha(bootstrap: str, form: str, partitions: int, data: Path) -> Racer:
    """A worker under the small rule alone."""
    return _worker("Xuncha, small rule", bootstrap, Topics(f"small-{form}", partitions), _SMALL, data)


def xuncha_compiled(bootstrap: str, form: str, partitions: int, data: Path) -> Racer:
    """The same on the compiled core."""
    topics = Topics(f"small-compiled-{form}", partitions)
    return _worker("Xuncha, small rule, compiled", bootstrap, topics, _SMALL | _COMPILED, data)


def xuncha_whole(bootstrap: str, form: str, partitions: int, data: Path) -> Racer:
    """A worker as it really runs: every rule of cn-2019."""
    racer = _worker("Xuncha, cn-2019", bootstrap, Topics(f"whole-{form}", partitions), {}, data)
    return racer._replace(judges=False)


def xuncha_whole_compiled(bootstrap: str, form: str, partitions: int, data: Path) -> Racer:
    """The same on the compiled core."""
    topics = Topics(f"whole-compiled-{form}", partitions)
    return _worker("Xuncha, cn-2019, compiled", bootstrap, topics, _COMPILED, data)._replace(judges=False)


_SMALL = {"XUNCHA_PACK": "two-rules", "XUNCHA_PACKS": f'["{HERE / "packs"}"]'}
_COMPILED = {"PYTHONPATH": os.pathsep.join([str(FAST), str(ROOT)]), "PYTHONSAFEPATH": "1"}


def _worker(name: str, bootstrap: str, topics: Topics, more: dict[str, str], data: Path) -> Racer:
    settings = {
        "KAFKA": bootstrap, "PREFIX": topics.prefix, "GROUP": topics.prefix, "PARTITIONS": str(topics.partitions),
        "TICK_SECONDS": "0", "LOG_LEVEL": "WARNING", "DATA": str(data),
        "SESSION_SECONDS": "60",  # it is held while much is laid out, and not given up meanwhile
    }  # fmt: skip
    env = {f"XUNCHA_{key}": value for key, value in settings.items()} | more
    changelog = topics.of(Name.STATE_OBSERVATIONS)
    return Racer(
        name, _EXACT, f"{_CHANGELOG}, each batch", topics, [sys.executable, "-m", "console", "worker"], env,
        lambda servers: Changelog(servers, changelog, topics.partitions, by_position()),
        by_marks=False, judges=True, fast=True,
    )  # fmt: skip


def faust(bootstrap: str, form: str, partitions: int, data: Path) -> Racer:
    """Faust's table."""
    topics = Topics(f"faust-{form}", partitions)
    changelog = f"{topics.prefix}-watch-changelog"
    return Racer(
        "Faust", "at least once", f"{_CHANGELOG}, each write", topics,
        [sys.executable, "-m", "tests.bench.peers.faust_racer"], _env(bootstrap, topics, data),
        lambda servers: Changelog(servers, changelog, partitions, marks_in_json("last")),
        by_marks=True, judges=True, fast=False,
    )  # fmt: skip


def quix(bootstrap: str, form: str, partitions: int, data: Path) -> Racer:
    """Quix Streams, for single events: its state belongs to the key of a record."""
    topics = Topics(f"quix-{form}", partitions)
    source = topics.of(Name.OBSERVATIONS)
    return Racer(
        "Quix Streams", "at least once", f"RocksDB; {_CHANGELOG}, each second", topics,
        [str(VENV / "bin" / "python"), "-m", "tests.bench.peers.quix_racer"], _env(bootstrap, topics, data),
        lambda servers: Committed(servers, topics.prefix, source, partitions),
        by_marks=False, judges=True, fast=False,
    )  # fmt: skip


def bytewax(bootstrap: str, form: str, partitions: int, data: Path) -> Racer:
    """Bytewax, one worker."""
    topics, recovery = Topics(f"bytewax-{form}", partitions), data / "recovery"
    python = str(VENV / "bin" / "python")
    command = [
        python, "-m", "bytewax.run", "tests.bench.peers.bytewax_racer:flow", "-r", str(recovery), "-s", "1", "-b", "0",
    ]  # fmt: skip

    def prepare() -> None:
        recovery.mkdir(parents=True)
        subprocess.run([python, "-m", "bytewax.recovery", str(recovery), "1"], check=True)

    return Racer(
        "Bytewax", "at least once", "SQLite on the worker's disk, each second", topics, command,
        _env(bootstrap, topics, data), lambda _servers: Snapshots(recovery, "racer.observations", partitions),
        by_marks=False, judges=True, fast=True, prepare=prepare,
    )  # fmt: skip


def kafka_streams(bootstrap: str, form: str, partitions: int, data: Path) -> Racer:
    """Kafka Streams, one thread."""
    topics = Topics(f"kstreams-{form}", partitions)
    classes = os.pathsep.join([str(KSTREAMS / "classes"), str(KSTREAMS / "libs" / "*")])
    command = ["java", "-Xmx1g", "-cp", classes, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "Racer"]
    changelog = f"{topics.prefix}-updated-changelog"
    return Racer(
        "Kafka Streams", "at least once", f"RocksDB; {_CHANGELOG}, each second", topics,
        [*command, bootstrap, topics.prefix, str(data / "state")], {},
        lambda servers: Changelog(servers, changelog, partitions, marks_in_bytes()),
        by_marks=True, judges=True, fast=True,
    )  # fmt: skip


def _env(bootstrap: str, topics: Topics, data: Path) -> dict[str, str]:
    return {
        "RACER_KAFKA": bootstrap, "RACER_PREFIX": topics.prefix, "RACER_PARTITIONS": str(topics.partitions),
        "RACER_DATA": str(data), "F_DATADIR": str(data),
    }  # fmt: skip


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process of ours: nothing of the XUNCHA_* around, and what is its own."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("XUNCHA_")}
    return {**outer, "PYTHONPATH": str(ROOT), **own}


RACERS: dict[str, Make] = {
    "faust": faust, "quix": quix, "bytewax": bytewax, "kafka-streams": kafka_streams, "xuncha": xuncha,
    "xuncha-compiled": xuncha_compiled, "xuncha-whole": xuncha_whole, "xuncha-whole-compiled": xuncha_whole_compiled,
}  # fmt: skip
