"""W-V3 首页不更新: the home page, its fourteen days, and what counts as an update there."""

from typing import Any

import pytest

from tests.support.laws import law
from tests.support.timeline import SITE, Story
from tests.timelines.cities import lenient, strict


def updated_once(story: Story | None = None, **profile: Any) -> Story:
    """A site whose home page shows one item, of 1 January, 08:00."""
    return (story or Story()).at("01-01 08:00").site(**profile).event("site.updated", item="n1")


def edge(story: Story) -> str | None:
    """When the home page breaks, as it stands at the end of 10 January."""
    return story.judge("W-V3", SITE, "01-11 00:00").due


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("01-11 07:59:59.999", "compliant"),
        ("01-11 08:00", "due_soon"),
        ("01-15 07:59:59.999", "due_soon"),
        ("01-15 08:00", "breached"),
    ],
)
def test_two_weeks_to_the_millisecond(when: str, state: str) -> None:
    """Warned on day 10 and broken on day 14, each at the time of day of the last item."""
    assert updated_once().at("01-15 09:00").checked(SITE).state("W-V3", SITE, when) == state


def test_the_veto_is_told_once_with_both_observations() -> None:
    """Warning, breach, and the end of it; the breach shows the last item and the look that found no later one."""
    story = updated_once().at("01-15 07:30").checked(SITE).until("01-16 00:00")
    story.at("01-17 10:00").event("site.updated", item="n2").until("01-17 11:00")
    assert story.transitions("W-V3") == [
        ("01-11 08:00", "due_soon"),
        ("01-15 08:00", "breached"),
        ("01-17 10:00", "recovered"),
    ]
    assert story.records("W-V3")[1].evidence == ("site.updated 01-01 08:00", "site.checked 01-15 07:30")


@pytest.mark.parametrize(("navigation", "due"), [(False, "01-15 08:00"), (True, "01-24 08:00")])
def test_second_level_pages_count_only_under_a_navigation_home_page(*, navigation: bool, due: str) -> None:
    """首页仅为导航 is the one reason to look at second-level pages; elsewhere the home page itself has to move."""
    story = updated_once(navigation_home=navigation)
    story.at("01-10 08:00").event("site.updated", item="n2", page="second_level")
    assert edge(story) == due


def test_a_site_whose_home_page_becomes_navigation_is_judged_so_from_then_on() -> None:
    """Re-registered on the 8th: the second-level item of the 5th counts from the 8th on, and not before."""
    story = updated_once().at("01-05 08:00").event("site.updated", item="n2", page="second_level")
    story.at("01-08 00:00").site(navigation_home=True)
    assert story.judge("W-V3", SITE, "01-07 23:59:59.999").due == "01-15 08:00"
    assert story.judge("W-V3", SITE, "01-08 00:00").due == "01-19 08:00"


@pytest.mark.parametrize(("counts", "due"), [(False, "01-15 08:00"), (True, "01-24 08:00")])
def test_whether_an_undated_item_counts_is_the_packs_decision(*, counts: bool, due: str) -> None:
    """Open question 3: an item without a date is no update by default; a city may say otherwise."""
    story = updated_once(Story(lenient() if counts else law()))
    assert edge(story.at("01-10 08:00").event("site.updated", item="n2", dated=False)) == due


@pytest.mark.parametrize(("counts", "due"), [(False, "01-15 08:00"), (True, "01-24 08:00")])
def test_whether_a_repost_counts_is_the_packs_decision(*, counts: bool, due: str) -> None:
    """Open question 3: a repost (转载) is an update by default; a city may say otherwise."""
    story = updated_once(Story(law() if counts else strict()))
    assert edge(story.at("01-10 08:00").event("site.updated", item="n2", repost=True)) == due


def test_reposts_that_do_not_count_never_push_the_last_original_out_of_memory() -> None:
    """A city that counts no reposts: after twenty of them the original is still the last update."""
    story = updated_once(Story(strict()))
    for hour in range(20):
        story.at(f"01-09 {hour:02}:00").event("site.updated", item=f"r{hour}", repost=True)
    assert edge(story) == "01-15 08:00"


def test_an_item_that_does_not_count_still_proves_that_somebody_looked() -> None:
    """Who reported the undated item on the 16th would have seen an update, too."""
    story = updated_once().at("01-16 08:00").event("site.updated", item="n2", dated=False).until("01-16 09:00")
    assert story.transitions("W-V3")[-1] == ("01-15 08:00", "breached")


def test_probes_do_not_shorten_how_far_back_an_update_retracts() -> None:
    """A site probed for weeks: an item of the 14th, seen on the 18th, still takes back the alert of the 15th."""
    story = updated_once()
    for day in range(1, 18):
        for hour in range(24):
            story.at(f"01-{day:02} {hour:02}:30").event("site.probed", opened=True, elapsed_seconds=0.5)
    story.at("01-17 23:45").checked(SITE).until("01-17 23:50")
    story.at("01-14 10:00").event("site.updated", seen="01-18 09:00", item="n2").until("01-18 10:00")
    assert story.transitions("W-V3")[-1] == ("01-15 08:00", "retracted")
    assert story.records("W-V3")[-1].evidence == ("site.updated 01-14 10:00",)
