"""A calendar's files: a place's own days, a new year's notice, and what is refused with which words."""

import shutil
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from rules.calendar import load_calendar, load_calendar_folder
from schemas.errors import CalendarError

TYPHOON = """
title: 某市2026年停工安排
entries:
  - name_zh: 台风停工
    name_en: Typhoon stoppage
    authority: 某市防汛防台抗旱指挥部
    reference: 某汛〔2026〕8号
    days_off: [2026-07-14, 2026-07-15]
  - name_zh: 补班
    name_en: Make-up day
    authority: 某市人民政府办公室
    reference: 某府办〔2026〕31号
    workdays: [2026-07-18]
"""

NOTICE_2027 = """
year: 2027
notice:
  title: 国务院办公厅关于2027年部分节假日安排的通知
  number: 国办发明电〔2026〕0号
  dated: 2026-11-10
  published: 2026-11-10
  verified: false
holidays:
  - name_zh: 元旦
    name_en: New Year's Day
    days: [2026-12-31, 2027-01-01, 2027-01-02]
make_up_workdays: [2027-01-03]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the calendar that comes with Xuncha, to be changed."""
    with as_file(files("rules") / "calendars" / "cn") as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "cn"))


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """A city's own days: a typhoon on Tuesday and Wednesday, made up for on Saturday."""
    path = tmp_path / "overlay.yaml"
    path.write_text(TYPHOON, encoding="utf-8")
    return path


def swap(path: Path, old: str, new: str) -> None:
    """Change one text in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


class TestAPlacesOwnDays:
    """The overlay beats the national arrangement, for the place that loads it."""

    def test_stop_the_count_and_add_to_it(self, overlay: Path) -> None:
        """Received on Monday 13 July 2026: the typhoon days don't count, the Saturday does."""
        calendar = load_calendar(overlay=overlay)
        due = [calendar.add_working_days(date(2026, 7, 13), n) for n in (1, 2, 3, 4)]
        assert due == [(date(2026, 7, day), False) for day in (16, 17, 18, 20)]

    def test_change_the_version(self, overlay: Path) -> None:
        """A judgement under local days can be told from one without."""
        assert load_calendar(overlay=overlay).version != load_calendar().version

    def test_may_have_a_holiday_worked(self, overlay: Path) -> None:
        """In an emergency an authority calls staff in on a national holiday."""
        swap(overlay, "[2026-07-18]", "[2026-10-01]")
        assert load_calendar(overlay=overlay).is_working_day(date(2026, 10, 1))

    def test_make_an_unknown_year_no_surer(self, overlay: Path) -> None:
        """A stoppage in 2027 is heeded, but dates in 2027 stay provisional."""
        swap(overlay, "2026-07-14", "2027-07-13")
        calendar = load_calendar(overlay=overlay)
        assert calendar.add_working_days(date(2027, 7, 12), 1) == (date(2027, 7, 14), True)

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("    reference: 某汛〔2026〕8号\n", "", "overlay.yaml: entries.0.reference: Field required; add it"),
            ("authority: 某市防汛", 'authority: ""\n#', "overlay.yaml: entries.0.authority: "),
            ("days_off", "day_off", "overlay.yaml: entries.0.day_off: Extra inputs are not permitted; remove it"),
            ("2026-07-14", "2036-07-14", "overlay.yaml: 2036-07-14: no calendar for 2036; mend the date"),
            ("2026-07-18", "2026-07-15", "overlay.yaml: whole file: 2026-07-15 named more than once"),
            ("workdays: [2026-07-18]", "workdays: []", "overlay.yaml: entries.1: names no day: fill in"),
            ("2026-07-14", "2026-02-30", "overlay.yaml: is no YAML in UTF-8 (2026-02-30: there is no such date"),
        ],
    )
    def test_with_faults_are_refused(self, overlay: Path, old: str, new: str, said: str) -> None:
        """The message names the file, the key and the remedy."""
        swap(overlay, old, new)
        with pytest.raises(CalendarError) as caught:
            load_calendar(overlay=overlay)
        assert said in str(caught.value)

    def test_that_are_not_there_are_refused(self, tmp_path: Path) -> None:
        """A mistyped path isn't a place without own days."""
        with pytest.raises(CalendarError, match=r"nowhere\.yaml: can't be read"):
            load_calendar(overlay=tmp_path / "nowhere.yaml")

    def test_in_a_file_that_is_no_yaml_are_refused(self, overlay: Path) -> None:
        """The message names the file and the line."""
        overlay.write_text("title: [", encoding="utf-8")
        with pytest.raises(CalendarError, match=r"(?s)overlay.yaml: is no YAML.*line 1"):
            load_calendar(overlay=overlay)


class TestANewYearsNotice:
    """When the State Council's notice arrives, one file settles the year; no release is needed."""

    def test_settles_the_year_and_the_december_before(self, folder: Path) -> None:
        """With the notice for 2027, 31 December 2026 is off and Sunday 3 January 2027 worked, both settled."""
        (folder / "2027.yaml").write_text(NOTICE_2027, encoding="utf-8")
        calendar = load_calendar_folder(folder)
        assert calendar.add_working_days(date(2026, 12, 30), 1) == (date(2027, 1, 3), False)
        assert calendar.settled_through == date(2027, 12, 28)

    def test_gives_another_version(self, folder: Path) -> None:
        """What was judged provisionally can be told from what was judged after."""
        before = load_calendar_folder(folder).version
        (folder / "2027.yaml").write_text(NOTICE_2027, encoding="utf-8")
        assert load_calendar_folder(folder).version != before == load_calendar().version

    def test_missing_in_between_leaves_a_year_provisional(self, folder: Path) -> None:
        """Without 2023's file that year has plain weekends, and so says each date in it; 2024 is settled again."""
        (folder / "2023.yaml").unlink()
        calendar = load_calendar_folder(folder)
        assert calendar.add_working_days(date(2023, 4, 4), 1) == (date(2023, 4, 5), True)
        assert calendar.add_working_days(date(2024, 4, 3), 1) == (date(2024, 4, 7), False)
        assert calendar.settled_through == date(2022, 12, 28)

    def test_without_any_known_year_nothing_is_settled(self, folder: Path) -> None:
        """A calendar of the statute alone has no settled day."""
        for year in range(2019, 2027):
            (folder / f"{year}.yaml").unlink()
        assert load_calendar_folder(folder).settled_through is None


class TestWhatIsRefused:
    """A calendar with a fault isn't used; the message names the file, the key and the remedy."""

    @pytest.mark.parametrize(
        ("file", "old", "new", "said"),
        [
            ("2026", "year: 2026", "year: 2025", "2026.yaml: year: is 2025; rename the file to 2025.yaml or mend"),
            ("2026", "2026-05-09", "2026-05-08", "2026.yaml: make_up_workdays: 2026-05-08 is a Friday, worked anyway"),
            ("2026", "2026-05-09", "2027-05-09", "2026.yaml: 2027-05-09: lies outside 2025-12-29 to 2026-12-31"),
            ("2023", "2022-12-31", "2022-12-28", "2023.yaml: 2022-12-28: lies outside 2022-12-29 to 2023-12-31"),
            ("2026", "2026-05-09", "2026-05-03", "2026.yaml: whole file: 2026-05-03 named more than once"),
            (
                "2026",
                "2026-05-09",
                '"2026-05-09"',
                "2026.yaml: make_up_workdays.3: Input should be a valid date; write",
            ),
            ("2026", "holidays:", "holidays: []\nholidays:", "2026.yaml: is no YAML in UTF-8 (holidays: written twice"),
            ("2026", "  number: 国", "  nummer: 国", "2026.yaml: notice.number: Field required; add it"),
            ("2026", "  verified: true", "  verified: 1", "2026.yaml: notice.verified: "),
            ("2026", "notice:", "provisional: true\nnotice:", "2026.yaml: whole file: a provisional year names its st"),
            ("2027", "provisional: true", "provisional: false", "2027.yaml: whole file: no notice: add it, or set"),
            ("2027", "note:", "make_up_workdays: [2027-02-20]\nnote:", "make-up working days come only from a notice"),
            (
                "2020",
                "withdrawn_make_up_workdays: [2020-02-01]",
                "withdrawn_make_up_workdays: []",
                "look at 2020-02-01",
            ),
            ("country", "sunday", "funday", "country.yaml: rest_weekdays.1: "),
        ],
    )
    def test_says_where_and_what_to_do(self, folder: Path, file: str, old: str, new: str, said: str) -> None:
        """One slip of the pen, one message."""
        swap(folder / f"{file}.yaml", old, new)
        with pytest.raises(CalendarError) as caught:
            load_calendar_folder(folder)
        assert said in str(caught.value)

    def test_several_faults_are_told_at_once(self, folder: Path) -> None:
        """An editor mends a file in one go."""
        swap(folder / "2026.yaml", "  number: ", "  nummer: ")
        with pytest.raises(CalendarError, match=r"(?s)notice\.number.*notice\.nummer"):
            load_calendar_folder(folder)

    def test_a_folder_without_years(self, folder: Path) -> None:
        """The message says which file to put there."""
        for file in folder.glob("2*.yaml"):
            file.unlink()
        with pytest.raises(CalendarError, match=r"holds no year; put a file such as 2026.yaml there"):
            load_calendar_folder(folder)
