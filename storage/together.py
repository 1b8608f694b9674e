"""Group commit on PostgreSQL, for use cases that touch one chat's rows only: nobody else waits long for their locks.

There are no savepoints: they cost a member nearly what its own commit would. One that fails undoes the group; then
those before it are run again together, it alone, and those after it together, so that nothing is run a third time.
"""

from collections.abc import Sequence

from storage.connecting import is_outage, may_be_repeated
from storage.group import GroupCommit, Outcome, Work


class Together(GroupCommit):
    """The way to the connection that commits groups."""

    def _commit(self, works: Sequence[Work]) -> list[Outcome]:
        if len(works) <= 1:
            return [self._alone(work) for work in works]
        values: list[Outcome] = []
        try:
            with self._transaction() as connection:
                for work in works:
                    values.append(Outcome(value=work(connection)))  # noqa: PERF401 - how far it came matters below
        except Exception as error:  # noqa: BLE001 - handed to whoever asked, or met again alone
            if is_outage(error) and not may_be_repeated(error):
                # Perhaps it was committed: whoever asks again finds out in their own way, as after a lone transaction.
                return [Outcome(error=error) for _ in works]
            if len(values) == len(works):
                return [self._alone(work) for work in works]
            failed = len(values)
            before = self._commit(works[:failed])
            return [*before, self._alone(works[failed]), *self._commit(works[failed + 1 :])]
        return values
