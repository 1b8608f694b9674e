"""What a whole answer means when its clauses are read together: what was taken back, which clause does the job."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.scenarios import reference, sense
from bot.scenarios.clauses import Marked, clauses, takes_back
from bot.scenarios.gist import finds, key_spans
from bot.scenarios.phrasebook import GistKey, Phrase, Slots, TurnBook
from bot.scenarios.scene import Scene
from bot.scenarios.sense import SURE, Kind, Part, agree

MOST_MERGED = 4
EXACT = 100
FORMED = 80
AWAY = frozenset({"third_person", "past", "question_about", "set_aside", "unreal", "disagreeing"})
ASIDE = 4  # What each aside takes from the confidence.


@dataclass(frozen=True, kw_only=True)
class Sense:
    """The meaning of an answer, the clauses it was read from, and what they showed."""

    intent: str | None
    slots: Slots = ()
    repair: bool = False
    main: Part | None = None
    parts: tuple[Part, ...] = ()
    signals: tuple[str, ...] = ()
    confidence: int = 0

    @property
    def plain(self) -> bool:
        """Tell whether nothing but one right sentence and politeness was said."""
        return (
            self.main is not None
            and self.main.exact
            and all(
                part is self.main or part.kind is Kind.POLITE or (part.exact and part.generic) for part in self.parts
            )
        )


def make_sense(scene: Scene, turn_id: str, said: Marked, spoken: Sequence[str] = ()) -> Sense:
    """Read an answer clause by clause; nothing is taken as meant that its clauses do not agree on."""
    parts, signals = _standing(said, _parts(scene, turn_id, said))
    if not any(part.kind is Kind.JOB and not part.generic for part in parts):
        parts = _pointed(said, parts, lambda span: reference.referred(scene, turn_id, said, span, spoken))
    signals = tuple(dict.fromkeys((*signals, *(signal for part in parts for signal in part.signals))))
    found = _decided(said, parts, scene.turn_book(turn_id))
    return replace(found, parts=tuple(parts), signals=tuple(dict.fromkeys((*signals, *found.signals))))


def _parts(scene: Scene, turn_id: str, said: Marked) -> list[Part]:
    """Read every clause; neighbours that make up a right sentence together are read as one."""
    book = scene.turn_book(turn_id)
    spans = clauses(said, key_spans(said.words, book, said.language.meaning))
    parts: list[Part] = []
    at = 0
    while at < len(spans):
        for size in range(min(MOST_MERGED, len(spans) - at), 0, -1):
            if size > 1 and any(_wavers(said, spans[place][0]) for place in range(max(at, 1), at + size)):
                continue
            span = spans[at][0], spans[at + size - 1][1]
            part = _exact(scene, turn_id, said, span)
            if part is not None or size == 1:
                parts.append(_continued(said, part or _loose(said, span, scene, book), parts))
                at += size
                break
    return parts


def _loose(said: Marked, span: tuple[int, int], scene: Scene, book: TurnBook) -> Part:
    """Read a clause by its keys, or as a right sentence in wrong forms where the keys find no job."""
    part = sense.read(said, span, book)
    start, end = span
    stated = any(said.has("statements", at) for at in range(*span))
    if part.kind in (Kind.JOB, Kind.REPAIR, Kind.POLITE, Kind.DOUBT) or stated or AWAY.intersection(part.signals):
        return part
    words = said.words[start:end]
    for first, last in scene.book.manners.cores(words):
        meant = book.recognised(words[first:last])
        if meant is not None:
            generic = all(word in said.language.generic for word in words[first:last])
            return Part(
                kind=Kind.JOB, start=start, end=end, intent=meant[0], slots=meant[1], generic=generic, confidence=FORMED
            )
    return part


def _continued(said: Marked, part: Part, before: list[Part]) -> Part:
    """Read what is merely added to a question, a refusal or talk about others as more of the same."""
    last = before[-1] if before else None
    if last is None or part.kind is not Kind.JOB or part.start in said.pauses or not said.has("additions", part.start):
        return part
    same = last.kind is Kind.REFUSAL or last.kind is Kind.MENTION or (last.kind is Kind.ASIDE and last.signals)
    anew = any(said.has(label, at) for at in range(part.start + 1, part.end) for label in ("fresh", "frames"))
    return part if anew or not same else replace(part, kind=last.kind, signals=last.signals)


def _wavers(said: Marked, at: int) -> bool:
    """Tell whether a word may take back what stands before it, so that it must be read by itself."""
    return any(said.has(label, at) for label in ("instead", "rather", "corrections", "not_this")) or (
        said.has("denials", at) and at in said.pauses
    )


def _exact(scene: Scene, turn_id: str, said: Marked, span: tuple[int, int]) -> Part | None:
    """Find a clause among the right sentences, the predicted errors and the repair phrases."""
    book, manners = scene.turn_book(turn_id), scene.book.manners
    start, end = span
    words = said.words[start:end]
    for kept in dict.fromkeys((words, manners.standard(words))):
        for first, last in manners.cores(kept):
            text = " ".join(kept[first:last])
            one: Phrase | GistKey | None = next(iter(book.accepted.get(text, ())), None)
            meant = one or book.mistakes.get(text)
            if meant is not None:
                generic = all(word in said.language.generic for word in kept[first:last])
                return Part(
                    kind=Kind.JOB, start=start, end=end, intent=meant.intent, slots=meant.slots,
                    exact=True, generic=generic, confidence=EXACT,
                )  # fmt: skip
    whole = scene.book.repairs.get(" ".join(words))
    if whole is not None and not said.whole("polite", start, end):
        return Part(kind=Kind.REPAIR, start=start, end=end, intent=whole, confidence=SURE)
    return None


def _standing(said: Marked, parts: list[Part]) -> tuple[list[Part], tuple[str, ...]]:
    """Drop what the learner took back."""
    for at in range(len(parts) - 1, 0, -1):
        if _takes_back(said, parts, at):
            return parts[at:], ("contrast",)
    return parts, ()


def _takes_back(said: Marked, parts: list[Part], at: int) -> bool:
    """Tell whether a clause opens what stands instead of all before it."""
    part, rest = parts[at], parts[at:]
    if not any(one.kind not in (Kind.POLITE, Kind.ASIDE) for one in rest):
        return False
    if takes_back(said, part.start):
        return True
    if said.has("except_for", part.start):
        return True
    before = any(one.kind in (Kind.JOB, Kind.REFUSAL) for one in parts[:at])
    after = any(one.kind is Kind.JOB and not one.generic for one in parts[at + 1 :])
    return before and after and _corrects(said, part)


def _corrects(said: Marked, part: Part) -> bool:
    """Tell whether a clause says nothing but that the last one was wrong."""
    wrong = said.places("corrections") | said.places("denials")
    covered = wrong | said.places("polite") | said.places("asides")
    places = range(part.start, part.end)
    return any(at in wrong for at in places) and all(at in covered for at in places)


def _pointed(said: Marked, parts: list[Part], offered: Callable[[tuple[int, int]], GistKey | None]) -> list[Part]:
    """Read clauses that do nothing but point: at what the answer itself just spoke of, else at what was offered."""
    found: list[Part] = []
    spoken_of: Part | None = None
    for part in parts:
        meant: Part | GistKey | None = None
        if part.kind in (Kind.ASIDE, Kind.REQUEST):
            points_back = spoken_of is not None and reference.pointer(said, (part.start, part.end))
            meant = spoken_of if points_back else offered((part.start, part.end)) if spoken_of is None else None
        if meant is not None:
            signals = ("reference",)
            intent, slots = meant.intent, meant.slots
            part = replace(part, kind=Kind.JOB, intent=intent, slots=slots, confidence=SURE, signals=signals)  # noqa: PLW2901 - the part itself, understood
        spoken_of = part if part.kind is Kind.MENTION and part.slots else spoken_of
        found.append(part)
    return found


def _decided(said: Marked, parts: list[Part], book: TurnBook) -> Sense:
    """Choose the clause that does the turn's job."""
    jobs = [part for part in parts if part.kind is Kind.JOB]
    specific = [part for part in jobs if not part.generic]
    repairs = [part for part in parts if part.kind is Kind.REPAIR]
    if repairs and not specific:
        return Sense(intent=repairs[-1].intent, repair=True, main=repairs[-1], confidence=SURE)
    if any("unreal" in part.signals for part in parts):
        return Sense(intent=None)
    if specific:
        found = _settled(parts, list(_preferred(specific)))
        return _together(said, parts, book) if found.intent is None else found
    if not jobs or _drowned(said, parts, jobs, book):
        return Sense(intent=None)
    negative = [part for part in jobs if any(at in said.places("negators") for at in range(part.start, part.end))]
    if len({part.intent for part in jobs}) > 1:
        jobs = negative
    return _settled(parts, jobs)


def _drowned(said: Marked, parts: list[Part], jobs: list[Part], book: TurnBook) -> bool:
    """Tell whether few polite words stand beside something fuller that nobody understood."""
    blocked = {Kind.MENTION, Kind.REFUSAL, Kind.REQUEST, Kind.DOUBT}
    if not _greets(said, jobs):
        denied = any(said.whole("denials", part.start, part.end) for part in parts)
        confirmed = any(at in said.places("negators") for part in jobs for at in range(part.start, part.end))
        return (denied and not confirmed) or any(part.kind in blocked for part in parts)
    # Where only a greeting is awaited it stays one; elsewhere what follows it is what the learner came to say.
    blocked.add(Kind.ASIDE)
    return len(book.intent_words) > 1 and any(part.kind in blocked for part in parts)


def _greets(said: Marked, jobs: list[Part]) -> bool:
    """Tell whether the turn's job is a greeting, which stays one whatever follows it."""
    return any(said.whole("greetings", part.start, part.end) for part in jobs)


def _together(said: Marked, parts: list[Part], book: TurnBook) -> Sense:
    """Read clauses that disagree as one list, when the keys of the whole have one meaning for it."""
    nothing = Sense(intent=None, signals=("disagreeing",))
    if any(part.kind not in (Kind.JOB, Kind.POLITE) for part in parts):
        return nothing
    start, end = parts[0].start, parts[-1].end
    found = finds(said.words[start:end], book, said.language.meaning, frozenset())
    agreed = agree([one.key for one in found]) if found else None
    if agreed is None or not agreed[1]:
        return nothing
    main = Part(kind=Kind.JOB, start=start, end=end, intent=agreed[0], slots=agreed[1], confidence=SURE)
    return Sense(intent=agreed[0], slots=agreed[1], main=main, confidence=SURE)


def _preferred(jobs: list[Part]) -> Iterator[Part]:
    """Yield the clauses of the intent that says most: one that fills slots before one that fills none."""
    intents = {part.intent for part in jobs}
    filling = {part.intent for part in jobs if part.slots}
    chosen = filling if len(intents) > 1 and len(filling) == 1 else intents
    return (part for part in jobs if part.intent in chosen)


def _settled(parts: list[Part], jobs: list[Part]) -> Sense:
    """Return the meaning clauses agree on; one that was refused as well is none."""
    slots: dict[str, str] = {}
    agreed = len({part.intent for part in jobs}) == 1 and all(
        slots.setdefault(name, value) == value for part in jobs for name, value in part.slots
    )
    meant = tuple(sorted(slots.items()))
    refused = any(part.kind is Kind.REFUSAL and part.slots and part.slots == meant for part in parts)
    if not agreed or refused:
        return Sense(intent=None, signals=("disagreeing",))
    main = max(jobs, key=lambda part: (part.exact, part.confidence))
    others = sum(part.kind not in (Kind.JOB, Kind.POLITE) for part in parts)
    two = ("two_jobs",) if len({part.intent for part in parts if part.kind is Kind.JOB}) > 1 else ()
    confidence = max(min(part.confidence for part in jobs) - ASIDE * others, 1)
    return Sense(intent=main.intent, slots=meant, main=main, signals=two, confidence=confidence)
