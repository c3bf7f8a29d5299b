"""`xuncha deadletter`: what was refused is listed, shown with its bytes, mended and sent again."""

import asyncio
from pathlib import Path

import orjson
import pytest

from schemas.deadletters import Refusal
from schemas.instants import read_at
from streams.log.deadletter import Place, dead_letter
from streams.log.intake import Refused
from streams.log.sender import Sender
from streams.settings import Settings
from tests.console.conftest import Xuncha
from tests.support.events import SITE, event

LONG_AGO = "2020-04-01T08:00:00+08:00"
NOW = read_at("2031-04-01T09:00:00+08:00")
SOUND = event(time=LONG_AGO)
NAIVE = event(number=2, time="2020-04-01T08:00:00")


def refused(settings: Settings, *letters: tuple[Refusal, bytes], kept: bool = False) -> None:
    """Write dead letters as the worker does, each of a record of its own."""

    async def send() -> None:
        sender = Sender(settings.kafka, settings.topics)
        for offset, (reason, value) in enumerate(letters):
            place = Place("t.observations", 1, offset, SITE.encode())
            await sender.send([dead_letter(place, Refused(reason, f"it is {reason}", value), NOW, kept=kept)])
        await sender.stop()

    asyncio.run(send())


def ids(xuncha: Xuncha, *args: str) -> list[str]:
    """The listed ids, newest first."""
    return [one["id"] for one in xuncha("deadletter", "list", "--json", *args).json]


def sent_again(xuncha: Xuncha) -> list[tuple[str, str]]:
    """(key, event id) of what lies in the observations now."""
    return [(one["key"], one["value"]["id"]) for one in xuncha("tail", "observations", "--to-end", "--json").lines]


def test_lists_what_was_refused(xuncha: Xuncha, installation: Settings) -> None:
    """Newest first, with reason and place; --reason and --limit choose; a letter written twice stands once."""
    letters = [(Refusal.NOT_JSON, b"{oops"), (Refusal.NAIVE_TIME, orjson.dumps(NAIVE))]
    refused(installation, *letters)
    refused(installation, *letters)
    assert len(ids(xuncha)) == 2
    assert len(ids(xuncha, "--limit", "1")) == 1
    assert len(ids(xuncha, "--reason", "not_json")) == 1
    table = xuncha("deadletter", "list").out
    assert "t.observations/1@0" in table
    assert "不是JSON" in table


def test_shows_one_with_its_bytes(xuncha: Xuncha, installation: Settings) -> None:
    """The beginning of an id will do; --raw gives the refused bytes and nothing else."""
    refused(installation, (Refusal.NOT_JSON, b"{oops\n"))
    (letter,) = ids(xuncha)
    assert xuncha("deadletter", "show", letter[:6], "--raw").out == "{oops\n"
    shown = xuncha("deadletter", "show", letter, "--json").json
    assert (shown["text"], shown["offset"], shown["size"]) == ("{oops\n", 0, 6)
    assert "not_json" in xuncha("deadletter", "show", letter).out


def test_sends_a_letter_again_as_it_is(xuncha: Xuncha, installation: Settings) -> None:
    """What would be taken now is sent under the key of its subject, whatever its key was."""
    refused(installation, (Refusal.FUTURE_TIME, orjson.dumps(SOUND)))
    ran = xuncha("deadletter", "resend", *ids(xuncha))
    assert ran.status == 0
    assert "1 dead letters with 1 events are sent again" in ran.out
    assert sent_again(xuncha) == [(SITE, "e1")]


def test_does_not_send_what_would_be_refused_again(xuncha: Xuncha, installation: Settings) -> None:
    """Of all letters the sound ones are sent; each other one is told, and the status is 1."""
    sound, naive = (Refusal.FUTURE_TIME, orjson.dumps(SOUND)), (Refusal.NAIVE_TIME, orjson.dumps(NAIVE))
    refused(installation, sound, naive, (Refusal.NOT_JSON, b"{oops"))
    ran = xuncha("deadletter", "resend", "--all", "--json")
    assert (ran.status, ran.json["letters"], ran.json["accepted"], len(ran.json["left"])) == (1, 1, 1, 2)
    assert all("--edited" in one["why"] for one in ran.json["left"])
    assert sent_again(xuncha) == [(SITE, "e1")]


def test_sends_a_mended_letter(xuncha: Xuncha, installation: Settings, tmp_path: Path) -> None:
    """Show --raw, mend, resend --edited: the mended event is taken."""
    refused(installation, (Refusal.NAIVE_TIME, orjson.dumps(NAIVE)))
    (letter,) = ids(xuncha)
    mended = tmp_path / "event.json"
    mended.write_text(xuncha("deadletter", "show", letter, "--raw").out.replace('08:00:00"', '08:00:00+08:00"'))
    assert xuncha("deadletter", "resend", letter, "--edited", mended).status == 0
    assert sent_again(xuncha) == [(SITE, "e2")]


def test_an_event_that_is_kept_need_not_be_sent_again(xuncha: Xuncha, installation: Settings) -> None:
    """An event of an unknown subject waits for its registration."""
    refused(installation, (Refusal.UNKNOWN_SUBJECT, orjson.dumps(SOUND)), kept=True)
    ran = xuncha("deadletter", "resend", "--all")
    assert (ran.status, "need not be sent again" in ran.err) == (1, True)
    assert sent_again(xuncha) == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("show", "nix"), "there is no dead letter 'nix': see `xuncha deadletter list`"),
        (("list", "--reason", "bad_luck"), "'bad_luck' is no reason: use one of not_json,"),
        (("resend",), "name the letters to send again, or --all"),
        (("resend", "a", "b", "--edited", "file"), "with --edited exactly one"),
    ],
)
def test_wrong_use_is_one_sentence(xuncha: Xuncha, installation: Settings, args: tuple[str, ...], said: str) -> None:
    """Wrong use ends with 2 and says what to do."""
    ran = xuncha("deadletter", *args)
    assert (ran.status, said in ran.err) == (2, True)


def test_an_ambiguous_beginning_is_refused(xuncha: Xuncha, installation: Settings) -> None:
    """A beginning that names more than one letter is refused; so is an empty one."""
    refused(installation, *[(Refusal.NOT_JSON, b"%d{" % number) for number in range(40)])
    begins = next(one[0] for one in ids(xuncha) if sum(other[0] == one[0] for other in ids(xuncha)) > 1)
    assert "write more of it" in xuncha("deadletter", "show", begins).err
    assert xuncha("deadletter", "show", "").status == 2
