"""Commands of admins; to everybody else they do not exist."""

import re
from collections.abc import Callable
from typing import Any

from bot.context import Desk
from bot.delivery.arrival import Arrival
from bot.errors import UnknownCommandError
from bot.services import administration
from bot.services.visit import Visit
from bot.views import admin as view

_USER_ID = re.compile(r"[0-9]{1,18}")


async def admin(desk: Desk, arrival: Arrival, rest: str) -> None:
    """Show the bot at a glance or what is contested, look at a learner, ban or unban one."""
    exchange = desk.exchange
    if arrival.person_id not in desk.admin_ids:
        return await exchange.reply(arrival, _unknown, view=view.usage)
    verb, _, who = rest.partition(" ")
    number = int(who) if _USER_ID.fullmatch(who.strip()) else None
    if not verb:
        return await exchange.reply(arrival, _given, await _read(desk, administration.overview), view=view.overview)
    if verb == "contested" and not who.strip():
        return await exchange.reply(arrival, _given, await _read(desk, administration.contested), view=view.contested)
    if number is None:
        return await exchange.reply(arrival, _nothing, view=view.usage)
    if verb == "user":
        report = await _read(desk, administration.user_report, number)
        return await exchange.reply(arrival, _given, report, view=view.user)
    if verb == "ban" and number in desk.admin_ids:
        return await exchange.reply(arrival, _nothing, view=view.not_an_admin)
    if verb in {"ban", "unban"}:
        return await exchange.reply(arrival, administration.ban, number, verb == "ban", view=view.banned)
    return await exchange.reply(arrival, _nothing, view=view.usage)


async def _read(desk: Desk, query: Callable[..., Any], *details: int) -> Any:
    """Look beside the writers: a count over everybody must not hold up anybody's turn."""
    return await desk.database.read(query, desk.clock(), *details)


def _given(_visit: Visit, result: Any) -> Any:
    return result


def _unknown(_visit: Visit) -> None:
    raise UnknownCommandError


def _nothing(_visit: Visit) -> None:
    return None
