"""What one clause of an answer does: the turn's job, a refusal, talk about the thing, politeness, an aside.

A key word alone is never enough. A clause does a job when all its words are explained, but for a few beside the key:
by the key, a request frame, the words of the intent's own right sentences, politeness and the language's little words.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.scenarios import wordlists
from bot.scenarios.clauses import Marked
from bot.scenarios.gist import STEM, Find, finds
from bot.scenarios.phrasebook import GistKey, Slots, TurnBook

FRAMED_BEFORE, FRAMED_AFTER = 1, 3
BARE_BEFORE, BARE_AFTER = 0, 2
SURE = 90  # The confidence of a clause in which every word is explained.
STRANGE = 12  # What each unexplained word takes from it.
EXPLAINING = (
    "frames", "weak_frames", "little", "asides", "polite", "negators", "refusals", "joins", "prepositions",
    "instead", "rather", "corrections",
)  # fmt: skip


class Kind(StrEnum):
    """What a clause does."""

    JOB = "job"
    REPAIR = "repair"
    POLITE = "polite"
    ASIDE = "aside"
    REFUSAL = "refusal"
    MENTION = "mention"
    REQUEST = "request"
    DOUBT = "doubt"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A clause as it was read."""

    kind: Kind
    start: int
    end: int
    intent: str = ""
    slots: Slots = ()
    exact: bool = False
    generic: bool = False
    confidence: int = 0
    signals: tuple[str, ...] = ()


def read(said: Marked, span: tuple[int, int], book: TurnBook) -> Part:
    """Read one clause that is not among the right sentences."""
    start, end = span
    labels = {label for at in range(start, end) for label in said.marks[at]}
    names = {label.removeprefix("repair:") for label in labels if label.startswith("repair:")}
    if names and (len(names) == 1 or "not_understood" in names):
        name = "not_understood" if "not_understood" in names else names.pop()
        return Part(kind=Kind.REPAIR, start=start, end=end, intent=name, confidence=SURE)
    if said.has("unreal", start):
        return Part(kind=Kind.ASIDE, start=start, end=end, signals=("unreal",))
    if said.has("conditions", start) or said.has("not_this", start):
        return Part(kind=Kind.ASIDE, start=start, end=end, signals=("set_aside",))
    found = _finds(said, span, book)
    if not found:
        return _without_key(said, span)
    standing = [one for one in found if not _negated(said, span, one)]
    if not standing:
        return Part(kind=Kind.REFUSAL, start=start, end=end, slots=found[0].key.slots, signals=("negated",))
    return _with_key(said, span, standing, book)


def _finds(said: Marked, span: tuple[int, int], book: TurnBook) -> list[Find]:
    """Return the keys in a clause, by their places in the whole answer."""
    start, end = span
    dull_words = said.places("little") | said.places("polite") | said.places("negators")
    dull = frozenset(at - start for at in dull_words if start <= at < end)
    found = finds(said.words[start:end], book, said.language.meaning, dull, said.language.code)
    moved = (Find(start=one.start + start, end=one.end + start, key=one.key) for one in found)
    idioms = said.places("idioms")
    return [one for one in moved if one.start not in idioms and not _inside_frame(said, one)]


def _inside_frame(said: Marked, find: Find) -> bool:
    """Tell whether a key is only a word of a longer request frame, as «te» in «te pido» is no tea; longer keys stay."""
    size = find.end - find.start
    if len("".join(find.key.words)) >= STEM:
        return False
    return any(
        here.get("frames", 0) >= find.end and here["frames"] - at > size
        for at, here in enumerate(said.marks[: find.start + 1])
    )


def _without_key(said: Marked, span: tuple[int, int]) -> Part:
    """Read a clause that says nothing of this turn."""
    start, end = span
    if any(said.has("doubts", at) for at in range(start, end)):
        return Part(kind=Kind.DOUBT, start=start, end=end, signals=("doubt",))
    polite = said.places("polite") | said.places("asides") | said.places("corrections") | said.places("joins")
    if all(at in polite for at in range(start, end)):
        return Part(kind=Kind.POLITE, start=start, end=end)
    if _talked_about(said, span):
        return Part(kind=Kind.ASIDE, start=start, end=end, signals=_talked_about(said, span))
    if any(said.has(label, at) for at in range(start, end) for label in ("frames", "entities")):
        return Part(kind=Kind.REQUEST, start=start, end=end)
    return Part(kind=Kind.ASIDE, start=start, end=end)


def _negated(said: Marked, span: tuple[int, int], find: Find) -> bool:
    """Tell whether a negator reaches a key: one before it in the clause, or a plain no that ends the clause."""
    start, end = span
    little = said.places("little")
    for at in range(start, find.start):
        if said.has("negators", at) and not _excused(said, at, find.start):
            reach = range(said.marks[at]["negators"], find.start)
            if not said.has("narrow_negators", at) or all(place in little for place in reach):
                return not find.key.negative
    last = end
    while last > find.end and last - 1 in said.places("polite"):
        last -= 1
    return any(said.has("denials", at) and (at == last - 1 or _asks(said, at + 1)) for at in range(find.end, last))


def _excused(said: Marked, at: int, key: int) -> bool:
    """Tell whether a negator belongs to a short refusal of its own that ends before the key."""
    return any(at < said.marks[place].get("refusals", 0) <= key for place in range(at + 1))


def _asks(said: Marked, at: int) -> bool:
    return at < len(said.words) and (said.has("frames", at) or said.has("verbs", at))


def _with_key(said: Marked, span: tuple[int, int], found: list[Find], book: TurnBook) -> Part:
    """Read a clause in which keys stand: a job when they agree and nothing else is said about them."""
    start, end = span
    agreed = agree([one.key for one in found])
    keys = frozenset(at for one in found for at in range(one.start, one.end))
    if agreed is None:
        return Part(kind=Kind.MENTION, start=start, end=end, signals=("disagreeing",))
    intent, slots = agreed
    own = book.intent_words.get(intent, frozenset())
    signals = _talked_about(said, span, keys, own)
    left = _unexplained(said, span, keys, own)
    if not slots and left and all(at in said.places("having") for at in left):
        signals, left = tuple(signal for signal in signals if signal != "question_about"), []
    if not signals and (any(_is_verb(said, at) for at in left) or _said_of(said, span, found[0].start, keys, left)):
        signals = ("statement",)
    if not signals and (_of_another(said, span, found, left, slots) or _strange(said, span, left)):
        signals = ("mention",)
    if signals or not _few(said, left, (found[0].start, found[-1].end), span, own):
        signals = signals or ("mention",)
        return Part(kind=Kind.MENTION, start=start, end=end, intent=intent, slots=slots, signals=signals)
    confidence = max(SURE - STRANGE * len(left), 0)
    generic = all(said.words[at] in said.language.generic for at in keys)
    return Part(kind=Kind.JOB, start=start, end=end, intent=intent, slots=slots, generic=generic, confidence=confidence)


def agree(keys: list[GistKey]) -> tuple[str, Slots] | None:
    """Return the one meaning that keys agree on."""
    if len({key.intent for key in keys}) != 1:
        return None
    slots: dict[str, str] = {}
    for key in keys:
        for name, value in key.slots:
            if slots.setdefault(name, value) != value:
                return None
    return keys[0].intent, tuple(sorted(slots.items()))


def _talked_about(
    said: Marked, span: tuple[int, int], keys: frozenset[int] = frozenset(), own: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return what shows that a clause is about other people, other times, or asks about a thing."""
    start, end = span
    free = said.places("frames") | said.places("asides") | keys
    places = [at for at in range(start, end) if at not in free]
    found = []
    if any(said.has("others", at) or _other_person(said, start, at, keys, own) for at in places):
        found.append("third_person")
    if any(said.has("past", at) and said.words[at] not in own for at in places):
        found.append("past")
    asked = end - 1 in said.questions and said.has("verbs", start) and start not in free
    if asked or any(said.has("asking", at) and said.words[at] not in own for at in places):
        found.append("question_about")
    if any(said.has("statements", at) for at in places):
        found.append("statement")
    return tuple(found)


def _other_person(said: Marked, start: int, at: int, keys: frozenset[int], own: frozenset[str]) -> bool:
    """Tell whether a possessive begins a subject, as in "my friend wants": not "for my friend", not "my card"."""
    if not said.has("possessives", at) or at + 1 >= len(said.words) or at + 1 in keys or said.words[at + 1] in own:
        return False
    before = at - 1
    return before < start or before in said.places("polite") | said.places("joins")


def _unexplained(said: Marked, span: tuple[int, int], keys: frozenset[int], own: frozenset[str]) -> list[int]:
    """List the places whose words nothing explains."""
    explained = keys.union(*(said.places(label) for label in EXPLAINING))
    return [
        at for at in range(*span) if at not in explained and said.words[at] not in own and not said.words[at].isdigit()
    ]


def _is_verb(said: Marked, at: int) -> bool:
    """Tell whether an unexplained word can only be a verb."""
    if said.has("verbs", at):
        return True
    endings = said.language.meaning.verb_endings
    if not endings or at in said.names:
        return False
    word = said.words[at]
    if word.endswith(endings) and len(word) > STEM and at - 1 in said.places("frames"):
        return True
    lemmas = wordlists.lemmas(word, said.language.code) - {word}
    return bool(lemmas) and all(lemma.endswith(endings) for lemma in lemmas) and _at_home(word, said.language.code)


def _said_of(said: Marked, span: tuple[int, int], key: int, keys: frozenset[int], left: list[int]) -> bool:
    """Tell whether a word behind the key that may be explained otherwise is a verb there: «la cuenta está mal»."""
    free = keys | said.places("frames") | said.places("asides") | said.places("weak_frames")
    ambiguous = said.places("little")
    return any(
        said.has("verbs", at) and (at in ambiguous or any(place > at and place not in said.names for place in left))
        for at in range(key, span[1])
        if at not in free
    )


def _of_another(said: Marked, span: tuple[int, int], found: list[Find], left: list[int], slots: Slots) -> bool:
    """Tell whether the thing is somebody's or something else's: «la cuenta del vecino», «tarjeta de visita»."""
    last = found[-1].end
    if any(said.has("frames", at) for at in range(*span)) or last + 1 not in left or not said.has("belonging", last):
        return False
    before = found[0].start - 1
    return not slots or (before >= span[0] and said.has("definite", before))


def _strange(said: Marked, span: tuple[int, int], left: list[int]) -> bool:
    """Tell whether a thing of another turn stands there that nothing asks for."""
    return any(said.has("strangers", at) for at in left) and not any(said.has("frames", at) for at in range(*span))


def _at_home(word: str, language: str) -> bool:
    """Tell whether a word is no more frequent in another language."""
    return wordlists.zipf(word, language) >= max(form.zipf for form in wordlists.forms(word))


def _few(said: Marked, left: list[int], key: tuple[int, int], span: tuple[int, int], own: frozenset[str]) -> bool:
    """Tell whether so few words stay unexplained that the key is still what the clause is about."""
    before = [at for at in left if at < key[0] and not _measure(said, at, key[0]) and not _misspelt(said, at)]
    after = [at for at in left if at >= key[0]]
    if any(said.has("frames", at) for at in range(*span)):
        return len(before) <= FRAMED_BEFORE and len(after) <= FRAMED_AFTER
    if any(said.has("weak_frames", at) and said.words[at] not in own for at in range(*span)):
        return not left
    return len(before) <= BARE_BEFORE and len(after) <= BARE_AFTER


def _misspelt(said: Marked, at: int) -> bool:
    """Tell whether a short word is one letter away from a preposition: «can tarjeta»."""
    word = said.words[at]
    near = (one for one in said.language.prepositions if len(one) == len(word) > len("un"))
    return any(sum(left != right for left, right in zip(one, word, strict=True)) == 1 for one in near)


def _measure(said: Marked, at: int, key: int) -> bool:
    """Tell whether a word is what the key comes in, as in "a piece of": between two little words before the key."""
    little = said.places("little")
    return at > 0 and at + 2 == key and at - 1 in little and said.has("prepositions", at + 1)
