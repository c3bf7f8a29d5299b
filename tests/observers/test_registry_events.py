"""A registry is published as events; a change to it changes what is judged from that instant on, not before."""

from datetime import datetime, timedelta
from pathlib import Path

from observers.registry import read_registry, registry_changes, registry_events
from schemas.instants import SHANGHAI
from schemas.observations import MANY
from schemas.registry import Registry
from tests.observers import sheets

AT = datetime(2024, 2, 1, 12, tzinfo=SHANGHAI)


def registry(tmp_path: Path) -> Registry:
    """Two units, two sites, a column and an account."""
    return read_registry(sheets.write_workbook(tmp_path / "登记.xlsx", sheets.whole()))


def changed(old: Registry, kind: str, place: int, **news: object) -> Registry:
    """A registry with one entry changed."""
    entries = list(getattr(old, kind))
    entries[place] = entries[place].model_copy(update=news)
    return old.model_copy(update={kind: tuple(entries)})


def without(old: Registry, kind: str, place: int) -> Registry:
    """A registry with one entry removed."""
    entries = [entry for number, entry in enumerate(getattr(old, kind)) if number != place]
    return old.model_copy(update={kind: tuple(entries)})


def said(old: Registry, new: Registry) -> list[tuple[str, str]]:
    """(type, subject) of each change; every event is a valid observation at the instant of the change."""
    events = registry_changes(old, new, AT)
    MANY.validate_python(events)
    assert {event["time"] for event in events} <= {AT.isoformat()}
    return [(event["type"], event["subject"]) for event in events]


class TestPublishing:
    """Every entry becomes one event."""

    def test_all_entries_from_the_registration_on(self, tmp_path: Path) -> None:
        """Units, sites, columns and accounts, valid as observations, true from `valid_from`."""
        events = registry_events(registry(tmp_path))
        MANY.validate_python(events)
        assert [(event["type"], event["subject"]) for event in events] == [
            ("unit.registered", "unit:jyj"),
            ("unit.registered", "unit:zfb"),
            ("site.registered", "4299000001"),
            ("site.registered", "4299000002"),
            ("column.registered", "4299000002/column/xwdt"),
            ("account.registered", "wechat:gh_x1"),
        ]
        assert {event["time"] for event in events[:5]} == {"2023-07-01T00:00:00+08:00"}
        assert {event["source"] for event in events} == {"registry:某市"}
        assert events[0]["data"]["area"] == "某市"
        assert events[0]["data"]["endpoints"][0]["secret_env"] == "JYJ_SECRET", "where it is told goes with the unit"

    def test_an_account_opened_later_is_judged_from_its_opening(self, tmp_path: Path) -> None:
        """Nobody can have failed to update what did not exist."""
        account = registry_events(registry(tmp_path))[-1]
        assert account["time"] == account["data"]["opened"] == "2024-01-31T00:00:00+08:00"
        assert account["observedtime"] == "2023-07-01T00:00:00+08:00", "so the registry can be told as a whole, first"

    def test_services_are_the_units_affair(self, tmp_path: Path) -> None:
        """A site, and its columns, are exempt from service rules where the unit offers none."""
        old = registry(tmp_path)
        services = {event["subject"]: event["data"].get("external_services") for event in registry_events(old)}
        assert (services["4299000001"], services["4299000002"]) == (False, True)
        assert said(old, changed(old, "units", 0, external_services=False)) == [
            ("unit.registered", "unit:jyj"),
            ("site.registered", "4299000002"),
            ("column.registered", "4299000002/column/xwdt"),
        ]

    def test_publishing_again_says_nothing_new(self, tmp_path: Path) -> None:
        """An unchanged registry has the same ids; another instant or another word gives others."""
        first = registry(tmp_path)
        ids = [event["id"] for event in registry_events(first)]
        assert ids == [event["id"] for event in registry_events(registry(tmp_path))]
        later = first.model_copy(update={"valid_from": first.valid_from + timedelta(days=1)})
        assert not set(ids[:5]) & {event["id"] for event in registry_events(later)[:5]}
        assert len(set(ids)) == len(ids)


class TestChanges:
    """The difference of two registries is events at the instant of the change."""

    def test_no_change_says_nothing(self, tmp_path: Path) -> None:
        """Not even where a remark was mended that nobody is judged by."""
        old = registry(tmp_path)
        assert said(old, old) == []
        assert said(old, changed(old, "accounts", 0, note="已核对")) == []

    def test_what_is_gone_is_closed(self, tmp_path: Path) -> None:
        """An account, a column, a site; a unit itself is not judged."""
        old = registry(tmp_path)
        assert said(old, without(old, "accounts", 0)) == [("account.closed", "wechat:gh_x1")]
        assert said(old, without(old, "columns", 0)) == [("column.closed", "4299000002/column/xwdt")]
        assert said(old, without(old, "sites", 0)) == [("site.closed", "4299000001")]
        assert said(without(old, "sites", 0), without(without(old, "sites", 0), "units", 1)) == []

    def test_what_is_new_is_registered(self, tmp_path: Path) -> None:
        """From the instant of the change on, though the registry as a whole holds from before."""
        new = registry(tmp_path)
        assert said(without(new, "sites", 0), new) == [("site.registered", "4299000001")]

    def test_what_passes_to_another_unit_is_transferred(self, tmp_path: Path) -> None:
        """A site and an account; with other news besides, they are registered again, too."""
        old = registry(tmp_path)
        assert said(old, changed(old, "accounts", 0, unit="zfb")) == [("account.transferred", "wechat:gh_x1")]
        assert said(old, changed(old, "accounts", 0, unit="zfb", name="新名")) == [
            ("account.transferred", "wechat:gh_x1"),
            ("account.registered", "wechat:gh_x1"),
        ]
        assert ("site.transferred", "4299000001") in said(old, changed(old, "sites", 0, unit="jyj"))

    def test_a_filing_that_was_entered_later(self, tmp_path: Path) -> None:
        """The entry is registered again with the date of its filing."""
        old = registry(tmp_path)
        filed = datetime(2024, 2, 1, tzinfo=SHANGHAI)
        new = changed(old, "accounts", 0, filed=filed)
        assert said(old, new) == [("account.registered", "wechat:gh_x1")]
        assert registry_changes(old, new, AT)[0]["data"]["filed"] == filed.isoformat()

    def test_a_new_account_opened_after_the_change(self, tmp_path: Path) -> None:
        """Announced before it opens: registered from its opening on."""
        new = changed(registry(tmp_path), "accounts", 0, opened=AT + timedelta(days=7))
        event = registry_changes(without(new, "accounts", 0), new, AT)[0]
        assert (event["time"], event["observedtime"]) == ((AT + timedelta(days=7)).isoformat(), AT.isoformat())
