"""What admins see; plain English, since these are operators."""

from collections.abc import Sequence
from datetime import timedelta

from bot.services.administration import Banned, Overview, UserReport
from bot.views.reply import MAX_UNITS, Reply, escape, foreign, shortened, units
from bot.views.texts import Texts
from bot.views.wording import LEARNER_LINE
from storage.memory_tables import PromptStatus
from storage.runs import ContestedAnswer


def overview(result: Overview, _: Texts) -> Reply:
    """Show the bot at a glance."""
    prompts = {status: result.prompts.get(status, 0) for status in PromptStatus}
    failed = prompts[PromptStatus.FAILED] + prompts[PromptStatus.EXPIRED]
    counts = (
        f"sent {prompts[PromptStatus.SENT]}",
        f"missed {prompts[PromptStatus.MISSED]}",
        f"failed {failed}",
        f"queued {prompts[PromptStatus.QUEUED]}",
    )
    told = ", ".join(counts)
    lines = (
        f"users {result.users}, active today {result.active}",
        f"last 24 h: scenes finished {result.scenes}, reviews {result.reviews}",
        f"prompts since yesterday: {told}",
        f"queues: inbox {_age(result.inbox_age)}, outbox {_age(result.outbox_age)}",
    )
    return Reply(text="\n".join(lines))


def user(result: UserReport, _: Texts) -> Reply:
    """Show one learner, and why the next prompt is when it is."""
    found = result.user
    if found is None:
        return Reply(text=f"no user {result.asked}")
    zone = f"{found.zone}{'' if found.zone_confirmed else ' (not confirmed)'}"
    lines = (
        f"user {found.id}, last seen {found.last_seen_at:%Y-%m-%d %H:%M} UTC, zone {zone}, hour {found.prompt_hour}",
        f"due {result.due}, ignored {result.ignored}",
        f"next prompt: {_next(result)}",
        *(f"{prompt.local_on}: {prompt.status.value}" for prompt in result.latest),
    )
    return Reply(text="\n".join(lines))


def contested(result: Sequence[ContestedAnswer], _: Texts) -> Reply:
    """List contested answers, the newest first; who gave them is nobody's business."""
    if not result:
        return Reply(text="nothing is contested")
    lines: list[str] = []
    for answer in result:
        lines.append(_contested(answer))
        if units("\n".join(lines)) > MAX_UNITS:
            lines.pop()
            break
    return Reply(text="\n".join(lines))


def _contested(answer: ContestedAnswer) -> str:
    where = f"{escape(answer.scenario_id)} {escape(answer.language)} {escape(answer.turn_id)}"
    why = escape(" ".join(filter(None, (answer.verdict, answer.error_id))))
    said = foreign(shortened(answer.utterance, LEARNER_LINE))
    return f"{answer.times}× {where}: “{said}” ({why}, {answer.last_at:%Y-%m-%d})"


def banned(result: Banned, _: Texts) -> Reply:
    """Confirm a ban, or its end."""
    if not result.found:
        return Reply(text=f"no user {result.user_id}")
    return Reply(text=f"user {result.user_id} is {'banned' if result.banned else 'no longer banned'}")


def not_an_admin(_result: None, _: Texts) -> Reply:
    """Refuse to shut an admin out: nobody could let them in again."""
    return Reply(text="an admin cannot be banned: take the id out of TUTOR_ADMIN_IDS first")


def usage(_result: None, _: Texts) -> Reply:
    """Say what an admin can ask."""
    return Reply(
        text="/admin\n/admin contested\n/admin user &lt;id&gt;\n/admin ban &lt;id&gt;\n/admin unban &lt;id&gt;"
    )


def _next(result: UserReport) -> str:
    found = result.user
    if found is None or found.banned:
        return "none, banned"
    if not found.reachable:
        return "none, the bot is blocked"
    if result.next_at is not None:
        return f"{result.next_at:%Y-%m-%d %H:%M} UTC"
    return "none, said goodbye" if result.said_goodbye else "none, no words yet"


def _age(age: timedelta) -> str:
    return f"{int(age.total_seconds())} s"
