"""Who has been told what: a fold of the records of deliveries, so that after a restart nothing is sent twice."""

from collections import defaultdict
from collections.abc import Iterable

from alerts.routing import History
from schemas.deliveries import DeliveryRecord, Outcome


class Ledger:
    """For each episode, the transitions that each endpoint has received. Adding a record twice changes nothing."""

    def __init__(self, records: Iterable[DeliveryRecord] = ()) -> None:
        self._episodes: dict[str, dict[str, set[str]]] = defaultdict(dict)
        for record in records:
            self.add(record)

    def add(self, record: DeliveryRecord) -> None:
        """Remember what was delivered; what failed is not told yet."""
        for delivery in record.deliveries:
            if delivery.outcome is Outcome.DELIVERED:
                told = self._episodes[record.episode].setdefault(delivery.endpoint, set())
                told.add(record.transition)

    def history(self, episode: str) -> History:
        """What `routing.decide` has to know of an episode."""
        return self._episodes.get(episode, {})
