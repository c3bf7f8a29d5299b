"""`xuncha publish` and `xuncha tail`: what goes in, where, and how it is told."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from console.up.addresses import write_addresses
from observers.intake import make_intake, serve_intake
from observers.parcels import Parcel, Rejected
from streams.broker.ports import free_port
from streams.log.intake import Gate
from streams.log.sender import partition_of
from streams.settings import Settings
from tests.console.conftest import Xuncha
from tests.support.events import OTHER_SITE, SITE, event

LONG_AGO = "2020-04-01T08:00:00+08:00"  # before any wall clock that runs this


def written(folder: Path, *events: dict[str, Any], name: str = "events.jsonl") -> Path:
    """A file of JSON lines."""
    path = folder / name
    path.write_bytes(b"\n".join(orjson.dumps(one) for one in events))
    return path


@asynccontextmanager
async def intake(records: list[Parcel]) -> AsyncIterator[str]:
    """A running intake; its URL."""

    async def accept(parcels: Any) -> None:
        records.extend(parcels)

    async def refuse(_rejected: list[Rejected]) -> None:
        pass

    gate = Gate(1_000_000)
    runner = await serve_intake(make_intake(accept, lambda value: gate.read(None, value, None), refuse), "127.0.0.1", 0)  # type: ignore[arg-type]
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_hands_events_to_the_intake(xuncha: Xuncha, tmp_path: Path) -> None:
    """Without a broker in the environment events go to the intake, in order, a record an owner."""
    records: list[Parcel] = []
    file = written(
        tmp_path,
        *(event(number=number, time=LONG_AGO) for number in range(450)),
        event(subject=OTHER_SITE, time=LONG_AGO),
    )
    async with intake(records) as url:
        ran = await asyncio.to_thread(xuncha, "publish", file, "--to", url, "--json")
    assert (ran.status, ran.json) == (0, {"to": url, "read": 451, "accepted": 451, "refused": []})
    assert [(one.key.decode(), one.events) for one in records] == [
        (SITE, 200),
        (SITE, 200),
        (SITE, 50),
        (OTHER_SITE, 1),
    ]


async def test_the_intake_of_the_environment_comes_before_kafka(
    xuncha: Xuncha, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """XUNCHA_INTAKE wins over XUNCHA_KAFKA: what passes the intake is in the embedded journal at once."""
    records: list[Parcel] = []
    monkeypatch.setenv("XUNCHA_KAFKA", "127.0.0.1:1")
    async with intake(records) as url:
        monkeypatch.setenv("XUNCHA_INTAKE", url)
        ran = await asyncio.to_thread(xuncha, "publish", written(tmp_path, event(time=LONG_AGO)))
    assert (ran.status, ran.out) == (0, f"1 of 1 events are kept ({url})\n")


@pytest.fixture
def data() -> Path:
    """The data folder that the environment names."""
    folder = Path(os.environ["XUNCHA_DATA"])
    folder.mkdir()
    return folder


async def test_finds_what_runs_here(
    xuncha: Xuncha, installation: Settings, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a word in the environment the installation that runs on this data folder is asked, if it lives."""
    monkeypatch.delenv("XUNCHA_KAFKA")
    monkeypatch.delenv("XUNCHA_PREFIX")
    records: list[Parcel] = []
    async with intake(records) as url:
        write_addresses(data, broker=installation.kafka, prefix=installation.prefix, intake=url)
        sent = await asyncio.to_thread(xuncha, "publish", written(data, event(time=LONG_AGO)))
    assert (sent.status, len(records)) == (0, 1)
    tail = [sys.executable, "-m", "console", "tail", "alerts", "--to-end"]
    assert (await asyncio.to_thread(subprocess.run, tail, check=False)).returncode == 0
    (data / "up.json").write_bytes((data / "up.json").read_bytes().replace(str(os.getpid()).encode(), b"4194304"))
    ran = await asyncio.to_thread(subprocess.run, tail, check=False, capture_output=True, text=True)
    assert "127.0.0.1:9092" in ran.stderr


async def test_tells_what_the_other_side_refused(xuncha: Xuncha, tmp_path: Path) -> None:
    """Unchecked, each event is sent as it stands; what the intake refuses is told with its line: status 1."""
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n".join((orjson.dumps(event(time=LONG_AGO)), b"{oops", orjson.dumps(event("site.sneezed")))))
    records: list[Parcel] = []
    async with intake(records) as url:
        ran = await asyncio.to_thread(xuncha, "publish", file, "--to", url, "--no-validate")
    assert (ran.status, len(records)) == (1, 1)
    assert [line.split(": ")[:2] for line in ran.err.splitlines()] == [
        ["events.jsonl:2", "not_json"],
        ["events.jsonl:3", "unknown_type"],
    ]


def test_sends_to_kafka_under_the_owners_key(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """On Kafka a record lies where Kafka's own clients put its key, and holds events of that owner only."""
    file = written(
        tmp_path,
        event(number=1, time=LONG_AGO),
        event(number=2, time=LONG_AGO),
        event(subject=OTHER_SITE, time=LONG_AGO),
    )
    assert xuncha("publish", file).status == 0
    lines = xuncha("tail", "observations", "--to-end", "--json").lines
    found = {line["key"]: (line["partition"], line["value"]) for line in lines}
    assert found.keys() == {SITE, OTHER_SITE}
    assert all(partition == partition_of(key.encode(), 3) for key, (partition, _) in found.items())
    assert [one["id"] for one in found[SITE][1]] == ["e1", "e2"]
    assert found[OTHER_SITE][1]["subject"] == OTHER_SITE


def test_nothing_is_sent_when_something_is_faulty(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """One faulty event keeps all back: every fault is told with its line, the status is 2."""
    file = written(
        tmp_path, event(time=LONG_AGO), event(time="2020-04-01T08:00:00"), event(time="2199-12-31T00:00:00Z")
    )
    ran = xuncha("publish", file)
    assert ran.status == 2
    assert [line.split(": ")[:2] for line in ran.err.splitlines()[:2]] == [
        ["events.jsonl:2", "naive_time"],
        ["events.jsonl:3", "future_time"],
    ]
    assert "2 of 3 events are faulty and nothing was sent" in ran.err
    assert xuncha("tail", "observations", "--to-end").out == ""


def test_the_sound_ones_are_sent_if_that_is_wished(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """--skip-faulty sends the rest and says by its status 1 that something was left out."""
    ran = xuncha("publish", written(tmp_path, event("site.sneezed"), event(time=LONG_AGO)), "--skip-faulty", "--json")
    assert (ran.status, ran.json["accepted"]) == (1, 1)
    assert [(one["line"], one["id"], one["reason"]) for one in ran.json["refused"]] == [(1, "e1", "unknown_type")]


def test_reads_standard_input(xuncha: Xuncha, installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is standard input, read to its end."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(orjson.dumps([event(time=LONG_AGO)]))))
    assert xuncha("publish", "-").out.startswith("1 of 1 events are kept")


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("publish", "no-such-file"), 2, "no-such-file can't be read"),
        (("publish", "{file}", "--to", "nowhere"), 2, "'nowhere' is no place to send to"),
        (("publish", "{file}", "--to", "http://127.0.0.1:{port}"), 3, "nobody takes events at http://127.0.0.1:{port}"),
        (("publish", "{file}", "--kafka", "127.0.0.1:{port}"), 3, "no Kafka broker answers at 127.0.0.1:{port}"),
        (("tail", "observations", "--kafka", "127.0.0.1:{port}"), 3, "no Kafka broker answers at 127.0.0.1:{port}"),
        (("tail", "weather"), 2, "there is no topic 'weather'; there are observations, holdings"),
        (("publish",), 2, "FILE requires an argument"),
    ],
)
def test_one_clear_sentence(xuncha: Xuncha, tmp_path: Path, args: tuple[str, ...], status: int, said: str) -> None:
    """What goes wrong is one sentence and an honest status: 2 for the input, 3 for the surroundings."""
    places = {"file": str(written(tmp_path, event(time=LONG_AGO))), "port": str(free_port())}
    ran = xuncha(*(arg.format(**places) for arg in args))
    assert ran.status == status
    assert said.format(**places) in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_variable_is_named(xuncha: Xuncha, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that holds what it can't hold is named, with what to do."""
    monkeypatch.setenv("XUNCHA_PARTITIONS", "many")
    ran = xuncha("tail", "alerts")
    assert (ran.status, "XUNCHA_PARTITIONS" in ran.err) == (2, True)


def test_a_topic_that_is_not_there_is_named(
    xuncha: Xuncha, embedded_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another prefix than the installation's is one sentence; reading creates no topic."""
    monkeypatch.setenv("XUNCHA_PREFIX", "elsewhere")
    for _ in range(2):
        ran = xuncha("tail", "alerts", "--kafka", embedded_broker)
        assert (ran.status, "no topic elsewhere.alerts" in ran.err) == (3, True)


def test_tail_takes_full_names_keys_and_counts(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """A full topic name will do; --key and --count choose; a person gets one line a record."""
    sent = [event(subject=f"42990000{number:02}", number=number, time=LONG_AGO) for number in range(10)]
    xuncha("publish", written(tmp_path, *sent))
    topic = f"{installation.prefix}.observations"
    assert len(xuncha("tail", topic, "--to-end").out.splitlines()) == 10
    assert len(xuncha("tail", topic, "--from-start", "--count", 4).out.splitlines()) == 4
    (line,) = xuncha("tail", topic, "--to-end", "--key", "4299000007").out.splitlines()
    assert "4299000007  site.updated  2020-04-01T08:00:00+08:00" in line


@pytest.mark.parametrize("ignoring", ["", "trap '' INT; "], ids=["in the foreground", "in the background"])
def test_ctrl_c_ends_tail_cleanly(installation: Settings, ignoring: str) -> None:
    """Ctrl-C stops `xuncha tail` with 130 and not a word of a traceback, also where a shell had it ignored."""
    command = ["sh", "-c", f"{ignoring}exec {sys.executable} -m console tail transitions"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "reading 3 partitions" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
        assert process.wait(20) == 130


def test_a_reader_that_goes_away_is_no_fault(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """`xuncha tail … | head -1` ends with 0 and says nothing."""
    xuncha("publish", written(tmp_path, *(event(subject=f"42990{number:05}", time=LONG_AGO) for number in range(900))))
    shell = f"set -o pipefail; {sys.executable} -m console tail observations --to-end --json | head -1"
    ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert (ran.returncode, len(ran.stdout.splitlines()), ran.stderr) == (0, 1, "")


def test_only_what_comes_is_followed(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """Without --from-start the first record shown is the first that comes, whatever the broker calls the latest."""
    xuncha("publish", written(tmp_path, *(event(number=number, time=LONG_AGO) for number in range(30))))
    command = [sys.executable, "-m", "console", "tail", "observations", "--count", "1", "--json"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        process.stderr.readline()
        xuncha("publish", written(tmp_path, event(number=99, time=LONG_AGO)))
        out, _ = process.communicate(timeout=20)
    assert orjson.loads(out)["value"]["id"] == "e99"
