"""A seed says it all."""

import pytest

from tests.chaos import embedded, faults
from tests.chaos.plan import (
    EMBEDDED,
    MEANING,
    ON_KAFKA,
    SHORT,
    Fault,
    Kind,
    Plan,
    make_embedded_plan,
    make_plan,
    short_plan,
)


def test_a_seed_is_a_plan() -> None:
    """The same seed gives the same plan, to the last number: a failure is told by its seed."""
    assert [make_plan(seed) for seed in range(50)] == [make_plan(seed) for seed in range(50)]


def test_seeds_differ() -> None:
    """No two of the first hundred seeds have the same plan."""
    assert len({(plan.workers, plan.static, plan.faults) for plan in map(make_plan, range(100))}) == 100


def test_this_seed_on_every_machine() -> None:
    """A plan does not depend on the process, on hashes or on the version of Python."""
    fault = Fault(
        Kind.BROKER_KILL, at=0.661, target=7, everybody=True, seconds=0.09, moment="worker begins", dice=0.384
    )
    assert make_plan(1) == Plan(1, workers=3, static=True, faults=(fault,))


@pytest.mark.parametrize("kind", Kind)
def test_only(kind: Kind) -> None:
    """`only` lets nothing else go wrong."""
    assert {one for seed in range(20) for one in make_plan(seed, [kind]).kinds} == {kind}


def test_every_kind_occurs() -> None:
    """Two hundred runs, the long form, have every kind of fault at least five times; twenty embedded ones, twice."""
    kinds = [kind for seed in range(1, 201) for kind in make_plan(seed).kinds]
    assert [kind for kind in ON_KAFKA if kinds.count(kind) < 5] == []
    embedded = [kind for seed in range(1, 21) for kind in make_embedded_plan(seed).kinds]
    assert [kind for kind in EMBEDDED if embedded.count(kind) < 2] == []


def test_the_short_form_has_all() -> None:
    """Every kind once."""
    assert sorted(kind for number in range(SHORT) for kind in short_plan(number).kinds) == sorted(Kind)


def test_faults_come_in_order_and_leave_something_to_do() -> None:
    """By the share of the observations, none so late that nothing is left."""
    for plan in map(make_plan, range(100)):
        places = [fault.at for fault in plan.faults]
        assert places == sorted(places)
        assert 0 <= places[0] <= places[-1] <= 0.9


def test_every_kind_is_carried_out_and_explained() -> None:
    """None is only a name."""
    assert (set(faults._ACTS), set(embedded._ACTS)) == (set(ON_KAFKA), set(EMBEDDED))
    assert set(MEANING) == set(Kind) == {*ON_KAFKA, *EMBEDDED}
