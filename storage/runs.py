"""Plays of scenarios and the turns in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from storage.clauses import Changing, inserting
from storage.rows import every, first, spelt, table
from storage.statements import Prepared
from storage.tables import RunKind, RunStatus, ScenarioRun, ScenarioTurn

_runs = table(ScenarioRun)
_turns = table(ScenarioTurn)
_start = inserting(_runs, returning=[_runs.c.id])
_add_turn = inserting(_turns, returning=[_turns.c.id])
_mine = Prepared(select(_runs).where(_runs.c.id == bindparam("key"), _runs.c.user_id == bindparam("who")))
_open = Prepared(select(_runs).where(_runs.c.user_id == bindparam("who"), _runs.c.status == spelt(RunStatus.OPEN)))
_newest = (
    select(func.max(_runs.c.id))
    .where(
        _runs.c.user_id == bindparam("who"),
        _runs.c.language == bindparam("tongue"),
        _runs.c.kind == RunKind.FULL.value,
    )
    .group_by(_runs.c.scenario_id)
)
_latest_plays = Prepared(select(_runs.c.scenario_id, _runs.c.status, _runs.c.started_at).where(_runs.c.id.in_(_newest)))
UNFINISHED = (RunStatus.OPEN, RunStatus.PARKED)
_played = (
    _runs.c.scenario_id == bindparam("scene"),
    _runs.c.language == bindparam("tongue"),
    _runs.c.kind == bindparam("kind"),
)
_to_go_on_with = (
    select(_runs)
    .where(_runs.c.user_id == bindparam("who"), _runs.c.status.in_([spelt(status) for status in UNFINISHED]))
    .order_by(_runs.c.status == spelt(RunStatus.PARKED), _runs.c.last_turn_at.desc(), _runs.c.id.desc())
    .limit(1)
)
_resumable, _resumable_play = Prepared(_to_go_on_with), Prepared(_to_go_on_with.where(*_played))
_last = select(_runs).where(_runs.c.user_id == bindparam("who"), *_played).order_by(_runs.c.id.desc()).limit(1)
_latest, _latest_ended = Prepared(_last), Prepared(_last.where(_runs.c.status == bindparam("how")))
_change = Changing(_runs, _runs.c.id)
# Through the index of open runs: there are as many as people play at the moment.
_left_alone = (_runs.c.status == spelt(RunStatus.OPEN), _runs.c.last_turn_at < bindparam("before"))
_idle = select(_runs.c.id).where(*_left_alone).limit(bindparam("limit"))
# Asked twice: who comes back between the look and the change must find their scene open.
_park_idle = update(_runs).where(_runs.c.id.in_(_idle), *_left_alone).values(status=RunStatus.PARKED)
_save = Prepared(
    update(_runs)
    .where(_runs.c.id == bindparam("key"), _runs.c.version == bindparam("read"))
    .values(
        state=bindparam("now_state"),
        version=_runs.c.version + 1,
        status=bindparam("now_status"),
        asked_at=bindparam("now"),
        last_turn_at=bindparam("now"),
        ended_at=bindparam("ended"),
    )
)


def start(connection: Connection, run: ScenarioRun) -> int:
    """Open a run and return its id; the database allows one open run a learner."""
    return int(_start(connection, **vars(run)).scalar())


def get(connection: Connection, user_id: int, run_id: int) -> ScenarioRun | None:
    """Return a run, if it is this learner's."""
    return first(ScenarioRun, _mine(connection, key=run_id, who=user_id))


def open_run(connection: Connection, user_id: int) -> ScenarioRun | None:
    """Return the run a learner is in."""
    return first(ScenarioRun, _open(connection, who=user_id))


def resumable(
    connection: Connection,
    user_id: int,
    scenario_id: str | None = None,
    language: str | None = None,
    kind: RunKind = RunKind.FULL,
) -> ScenarioRun | None:
    """Return the run to go on with, of any scene or of one in one kind: the open one, else the one parked last."""
    if scenario_id is None:
        return first(ScenarioRun, _resumable(connection, who=user_id))
    played = {"scene": scenario_id, "tongue": language, "kind": kind.value}
    return first(ScenarioRun, _resumable_play(connection, who=user_id, **played))


def latest(
    connection: Connection, user_id: int, scenario_id: str, language: str, status: RunStatus | None = None
) -> ScenarioRun | None:
    """Return the newest play of a whole scene in a language, or the newest that ended in a certain way."""
    played = {"scene": scenario_id, "tongue": language, "kind": RunKind.FULL.value}
    if status is None:
        return first(ScenarioRun, _latest(connection, who=user_id, **played))
    return first(ScenarioRun, _latest_ended(connection, who=user_id, how=status, **played))


def has_played(connection: Connection, user_id: int) -> bool:
    """Tell whether a learner has ever begun a scene here."""
    mine = (_runs.c.user_id == user_id, _runs.c.kind != RunKind.IMPORTED.value)
    return connection.scalar(select(_runs.c.id).where(*mine).limit(1)) is not None


def save(connection: Connection, run: ScenarioRun, *, state: dict[str, Any], status: RunStatus, now: datetime) -> bool:
    """Write a run's new state if nobody wrote it since it was read; false means somebody did."""
    ended = None if status in UNFINISHED else now
    values = {"now_state": state, "now_status": status, "now": now, "ended": ended}
    return _save(connection, key=run.id, read=run.version, **values).rowcount == 1


def add_turn(connection: Connection, turn: ScenarioTurn) -> int:
    """Keep one message of a learner in a run and return its id."""
    return int(_add_turn(connection, **vars(turn)).scalar())


def turn(connection: Connection, user_id: int, turn_id: int) -> ScenarioTurn | None:
    """Return one message of a learner, if it is theirs."""
    mine = select(_turns).where(_turns.c.id == turn_id, _turns.c.user_id == user_id)
    return first(ScenarioTurn, connection.execute(mine))


def contest(connection: Connection, turn_id: int, now: datetime) -> None:
    """Note that a learner contests the verdict on a message; the first time counts."""
    open_to_it = (_turns.c.id == turn_id, _turns.c.contested_at.is_(None))
    connection.execute(update(_turns).where(*open_to_it).values(contested_at=now))


def set_status(connection: Connection, run_id: int, status: RunStatus, now: datetime) -> None:
    """Park, reopen or end a run without a turn; the version moves on, so that buttons drawn before are stale."""
    ended = None if status in UNFINISHED else now
    values = {"status": status, "ended_at": ended, "version": _runs.c.version + 1}
    connection.execute(update(_runs).where(_runs.c.id == run_id).values(**values))


def show_again(connection: Connection, run_id: int, now: datetime) -> None:
    """Note that a run's turn has been put before the learner anew: the scene is not idle, and nothing disturbs it."""
    _change(connection, run_id, {"asked_at": now, "last_turn_at": now})


def park_idle(connection: Connection, before: datetime, limit: int) -> int:
    """Park so many of the runs left alone since an instant, and return how many."""
    return connection.execute(_park_idle, {"before": before, "limit": limit}).rowcount


def unfinished_among(connection: Connection, run_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these runs can still be gone on with."""
    if not run_ids:
        return frozenset()
    unfinished = (_runs.c.id.in_(run_ids), _runs.c.status.in_(UNFINISHED))
    return frozenset(connection.execute(select(_runs.c.id).where(*unfinished)).scalars())


def last_turn_at(connection: Connection, user_id: int) -> datetime | None:
    """Return when the learner last said something in a scene that is still open."""
    run = open_run(connection, user_id)
    return None if run is None else run.last_turn_at


def turns(connection: Connection, run_id: int) -> Sequence[ScenarioTurn]:
    """Return what the learner said in a run, in order."""
    said = select(_turns).where(_turns.c.run_id == run_id).order_by(_turns.c.id)
    return every(ScenarioTurn, connection.execute(said))


class LatestPlay(NamedTuple):
    """How the newest play of a whole scene stands, and when it began."""

    status: RunStatus
    started_at: datetime


def latest_plays(connection: Connection, user_id: int, language: str) -> Mapping[str, LatestPlay]:
    """Return the newest play of each whole scene that a learner has begun in a language."""
    rows = _latest_plays(connection, who=user_id, tongue=language)
    return {row[0]: LatestPlay(status=row[1], started_at=row[2]) for row in rows}


class ContestedAnswer(NamedTuple):
    """What learners said at one turn and hold to be right, without a word on who said it."""

    scenario_id: str
    language: str
    turn_id: str
    utterance: str
    verdict: str
    error_id: str | None
    times: int
    last_at: datetime


def contested(connection: Connection, limit: int) -> Sequence[ContestedAnswer]:
    """Return contested answers, those of one turn and text counted together, the newest first."""
    newest = func.max(_turns.c.contested_at)
    told = (_runs.c.scenario_id, _runs.c.language, _turns.c.turn_id, _turns.c.utterance)
    query = (
        select(*told, func.max(_turns.c.verdict), func.max(_turns.c.error_id), func.count(), newest)
        .join(_runs, _runs.c.id == _turns.c.run_id)
        .where(_turns.c.contested_at.is_not(None))
        .group_by(*told)
        .order_by(newest.desc(), _turns.c.utterance)
        .limit(limit)
    )
    return [ContestedAnswer(*row) for row in connection.execute(query)]
