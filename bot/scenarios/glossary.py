"""What a word means and how a thing is said: looked up in the gloss and the pack, never guessed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.scenarios import templates
from bot.scenarios.grammar import comparable
from bot.scenarios.scene import Line, Scene
from bot.scenarios.templates import Choice, Node, Sequence, Word
from bot.scenarios.text import Utterance, utterance

THING = "…"  # Stands in a way of asking for what is asked about.
LONGEST_THING = 6  # Words; what is longer is no question about a word.
SHORT_PHRASE = 3

Words = tuple[str, ...]


class Wish(StrEnum):
    """What is wanted of a word: how it is said in the target language, or what it means."""

    SAY = "say"
    MEAN = "mean"


@dataclass(frozen=True, kw_only=True, slots=True)
class WordGloss:
    """A word of the partner's line and what it means."""

    word: str
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedUp:
    """What was asked about and what was found: one of the two stays empty where nothing was."""

    asked: str
    said: str = ""
    meaning: str = ""

    @property
    def found(self) -> bool:
        """Tell whether there is an answer."""
        return bool(self.said or self.meaning)


def look_up(scene: Scene, text: str) -> LookedUp | None:
    """Answer a question about the language, or return nothing where the text asks none."""
    question = _question(scene, utterance(text))
    if question is None:
        return None
    wish, thing = question
    for attempt in (wish, Wish.MEAN if wish is Wish.SAY else Wish.SAY):
        found = _said(scene, thing) if attempt is Wish.SAY else _meant(scene, thing)
        if found.found:
            return found
    return LookedUp(asked=thing)


def look_up_word(scene: Scene, text: str, lines: Iterable[Line]) -> LookedUp | None:
    """Return what a word of the partner's lines means, if the text is one."""
    asked = comparable(text)
    heard = [comparable(line.text) for line in lines]
    if not asked or len(asked) > SHORT_PHRASE or not any(_holds(line, asked) for line in heard):
        return None
    return _meant(scene, text.strip())


def asks_why(scene: Scene, text: str) -> bool:
    """Tell whether a text asks why something was wrong."""
    said = comparable(text)
    ways = (*scene.pack.asking.why, *(scene.gloss.asking.why if scene.gloss else ()))
    return any(said == way for template in ways for way in _ways(template))


def glosses(scene: Scene, lines: Iterable[Line]) -> tuple[WordGloss, ...]:
    """Return the words of lines with what they mean, the longest phrase first, each once."""
    found = {gloss.word.casefold(): gloss for line in lines for gloss in _glosses(scene, line)}
    return tuple(found.values())


def _glosses(scene: Scene, line: Line) -> Iterator[WordGloss]:
    known = {utterance(phrase).words: meaning for phrase, meaning in (scene.gloss.words if scene.gloss else {}).items()}
    longest = max(map(len, known), default=0)
    said = utterance(line.text)
    at = 0
    while at < len(said.words):
        sizes = range(min(longest, len(said.words) - at), 0, -1)
        size = next((size for size in sizes if said.words[at : at + size] in known), 0)
        if size:
            yield WordGloss(word=_raw(said, at, size), meaning=known[said.words[at : at + size]])
        at += size or 1


def _question(scene: Scene, said: Utterance) -> tuple[Wish, str] | None:
    """Find the way of asking that leaves the least to be asked about."""
    heard = comparable(said.text)
    best: tuple[int, int, Wish] | None = None
    for wish, template in _templates(scene):
        for way in _ways(template):
            place = _fits(way, heard)
            if place is not None and (best is None or place[1] < best[1]):
                best = (*place, wish)
    if best is None or best[1] > LONGEST_THING or heard[best[0] : best[0] + best[1]] in _pointers(scene):
        return None
    return best[2], _raw(said, best[0], best[1])


def _templates(scene: Scene) -> Iterator[tuple[Wish, str]]:
    for asking in (scene.pack.asking, scene.gloss.asking if scene.gloss else None):
        if asking is not None:
            yield from ((Wish.SAY, template) for template in asking.say)
            yield from ((Wish.MEAN, template) for template in asking.mean)


def _fits(way: Words, heard: Words) -> tuple[int, int] | None:
    """Return where in what was heard the thing stands, and how many words it has."""
    at = way.index(THING)
    before, after = way[:at], way[at + 1 :]
    size = len(heard) - len(before) - len(after)
    fits = size > 0 and heard[:at] == before and heard[at + size :] == after
    return (at, size) if fits else None


def _pointers(scene: Scene) -> frozenset[Words]:
    """Return the words that point at what was said and name no word themselves."""
    asking = (scene.pack.asking, *((scene.gloss.asking,) if scene.gloss else ()))
    return frozenset(comparable(word) for each in asking for word in each.that)


@lru_cache(maxsize=4096)
def _ways(template: str) -> tuple[Words, ...]:
    """Write out a way of asking in comparable words."""
    return tuple(dict.fromkeys(_written(templates.parse(template))))


def _written(node: Node) -> tuple[Words, ...]:
    match node:
        case Word(text=text):
            return ((THING,),) if text == THING else (comparable(text),)
        case Choice(options=options):
            return tuple(way for option in options for way in _written(option))
        case Sequence(parts=parts):
            found: tuple[Words, ...] = ((),)
            for part in parts:
                found = tuple(head + tail for head in found for tail in _written(part))
            return found
    return ()


def _said(scene: Scene, thing: str) -> LookedUp:
    """Find how something in the learner's language is said."""
    articles = frozenset(comparable(article) for article in (scene.gloss.asking.articles if scene.gloss else ()))
    wanted = _bare(comparable(thing), articles)
    known: dict[Words, str] = {}
    for native, target in _pairs(scene):
        for meaning in _meanings(native):
            known.setdefault(_bare(comparable(meaning), articles), target)
    ending = [words for words in known if len(words) <= SHORT_PHRASE and words[-len(wanted) :] == wanted]
    near = min(ending, key=len, default=())
    return LookedUp(asked=thing, said=known.get(wanted) or known.get(near, ""))


def _meant(scene: Scene, thing: str) -> LookedUp:
    """Find what a word of the target language means, by itself or else in the phrase where it stands; accents count."""
    articles = frozenset(comparable(article) for article in scene.book.articles)
    pairs = [(target, native) for native, target in _pairs(scene)]
    exactly = {utterance(target).words: native for target, native in reversed(pairs)}
    folded = {_bare(comparable(target), articles): native for target, native in reversed(pairs)}
    bare = _bare(comparable(thing), articles)
    found = exactly.get(utterance(thing).words) or folded.get(bare, "")
    if found:
        return LookedUp(asked=thing, meaning=found)
    around = [(target, native) for target, native in pairs if _holds(comparable(target), bare)]
    phrase, meaning = min(around, key=lambda pair: len(comparable(pair[0])), default=(thing, ""))
    short = len(comparable(phrase)) <= SHORT_PHRASE
    return LookedUp(asked=phrase if short else thing, meaning=meaning if short else "")


def _pairs(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield what is known in both languages, the learner's first: entities, cards, words, whole lines."""
    gloss, pack = scene.gloss, scene.pack
    if gloss is None:
        return
    for slot, names in gloss.entities.items():
        entries = pack.lexicon.get(slot, {})
        known = ((native, entries[name]) for name, native in names.items() if name in entries)
        yield from ((native, " ".join(filter(None, (entry.art, entry.say)))) for native, entry in known)
    yield from ((native, pack.cards[card].say) for card, native in gloss.cards.items() if card in pack.cards)
    yield from ((native, target) for target, native in gloss.words.items())
    yield from ((native, scene.texts[text]) for text, native in gloss.lines.items() if text in scene.texts)


def _meanings(native: str) -> list[str]:
    """Split what a gloss says into its single meanings, without what stands in brackets."""
    plain = "".join(piece.partition(")")[2] if at else piece for at, piece in enumerate(native.split("(")))
    return [native, *(part for part in plain.replace(";", ",").split(",") if part.strip())]


def _bare(words: Words, articles: frozenset[Words]) -> Words:
    """Leave the article at the head of a phrase out."""
    return words[1:] if len(words) > 1 and words[:1] in articles else words


def _holds(line: Words, asked: Words) -> bool:
    return any(line[at : at + len(asked)] == asked for at in range(len(line) - len(asked) + 1))


def _raw(said: Utterance, at: int, size: int) -> str:
    """Return words as they were typed."""
    return said.text[said.tokens[at].start : said.tokens[at + size - 1].end]
