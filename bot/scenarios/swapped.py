"""A scene with its roles swapped: the learner says the partner's lines, the partner the learner's model answers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.scenarios.contents import all_texts
from bot.scenarios.grading import grade
from bot.scenarios.grammar import display_words
from bot.scenarios.meetings import How, Meeting
from bot.scenarios.model import Branch, Gloss, Intent, Objective, Pack, PackTurn, Phase, Story, Turn
from bot.scenarios.phrasebook import write_out
from bot.scenarios.scene import END, Line, Scene
from bot.scenarios.speech import spoken
from bot.scenarios.story import Position, advance

SAY = "say"  # The one intent of a swapped turn: its line is said.
LONGEST_PATH = 60
SCENES_REMEMBERED = 500
INTERJECTION = 2  # A sentence of so few words may be left out of a line: "Muy bien. ¿Qué le pongo?"
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, kw_only=True)
class _Beat:
    """A line for the learner to say, and what they hear before it."""

    turn: str
    line: Line
    cue: tuple[Line, ...]


@lru_cache(maxsize=SCENES_REMEMBERED)
def can_be_swapped(scene: Scene) -> bool:
    """Tell whether the roles can be swapped: the learner is told in their own language what to say."""
    return scene.gloss is not None and len(_beats(scene)) > 1


def swapped(scene: Scene) -> Scene:
    """Return the scene with its roles swapped; the same one each time."""
    if SAY not in scene.derived:
        scene.derived[SAY] = _swapped(scene)
    return scene.derived[SAY]


def not_copied(before: Iterable[Line], scene: Scene, meetings: Iterable[Meeting]) -> tuple[Meeting, ...]:
    """Credit no word as recalled that had just been heard: it may only have been copied."""
    heard = " ".join(line.text.casefold() for line in before)
    return tuple(
        replace(one, how=How.HELPED)
        if one.how in (How.TYPED, How.MENDED) and scene.card(one.card_id).gap.casefold() in heard
        else one
        for one in meetings
    )


def _swapped(scene: Scene) -> Scene:
    beats = _beats(scene)
    story = _story(scene, beats)
    pack = _pack(scene, beats)
    book = write_out(pack, frozenset(story.entities), lambda _where, _code, _message: None)
    return Scene(story=story, pack=pack, gloss=_gloss(scene, beats), book=book)


def _beats(scene: Scene) -> tuple[_Beat, ...]:
    """Walk the expected path and note each line of the partner with the models said since the one before."""
    position = Position(turn=scene.phases[0].turns[0], vars=scene.story.vars, taken={})
    beats: list[_Beat] = []
    cue: tuple[Line, ...] = ()
    for _ in range(LONGEST_PATH):
        say = scene.words_of(position.turn).say
        if say:
            line = spoken(scene, [next(iter(say))], position.vars)[0]
            beats.append(_Beat(turn=position.turn, line=line, cue=cue))
            cue = ()
        model = spoken(scene, [scene.model(position.turn).id], position.vars)[0]
        cue = (*cue, model)
        expected = next(iter(scene.hears(position.turn)))
        move = advance(scene, position, expected, grade(scene, position.turn, model.text).slots)
        if move.to == END:
            break
        position = Position(turn=move.to, vars=move.vars, taken=move.taken)
    first_visits = {beat.turn: beat for beat in reversed(beats)}
    return tuple(beat for beat in beats if first_visits[beat.turn] is beat)


def _story(scene: Scene, beats: tuple[_Beat, ...]) -> Story:
    """Tell the expected path as a story of its own: one intent a turn."""
    follows = {beat.turn: after.turn for beat, after in pairwise(beats)}
    turns = {
        beat.turn: Turn(
            id=beat.turn,
            stage=not beat.cue,
            hears={SAY: Intent(meets=beat.turn, go=(Branch(to=follows.get(beat.turn, END)),))},
        )
        for beat in beats
    }
    phases = tuple(
        Phase(id=phase.id, turns=tuple(turns[turn] for turn in phase.turns if turn in turns))
        for phase in scene.phases
        if any(turn in turns for turn in phase.turns)
    )
    return scene.story.model_copy(
        update={
            "phases": phases,
            "vars": {},
            "changes": (),
            "objectives": {beat.turn: Objective(w=1) for beat in beats},
        }
    )


def _pack(scene: Scene, beats: tuple[_Beat, ...]) -> Pack:
    """Turn the words round: what was said is heard, what was heard is said."""
    turns = {beat.turn: _words(scene, beat) for beat in beats}
    turned = scene.pack.model_copy(update={"turns": turns, "replies": {}, "malrules": {}})
    there = all_texts(turned)
    cards = {name: card for name, card in scene.pack.cards.items() if card.text_id in there}
    return turned.model_copy(update={"cards": cards})


def _words(scene: Scene, beat: _Beat) -> PackTurn:
    words = scene.words_of(beat.turn)
    others = [text for text_id, text in (words.say or {}).items() if text_id != beat.line.id and "{" not in text]
    sentences = [sentence for text in (beat.line.text, *others) for sentence in _sentences(text)]
    keys = [sentence for sentence, whole in sentences if not whole]
    cards = (scene.card(name) for name in scene.pack.cards)
    keys += [_bare(card.gap) for card in cards if card.text_id == beat.line.id and len(display_words(card.gap)) > 1]
    return PackTurn(
        say=_cue(beat) or None,
        accept={SAY: tuple(dict.fromkeys((*(each for each, whole in sentences if whole), *words.swap)))},
        gist={SAY: tuple(dict.fromkeys(keys))} if keys else {},
        model={SAY: {beat.line.id: beat.line.text}},
    )


def _sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a line as templates, and its questions alone; they are the whole of it if little else is said."""
    yield _bare(text), True
    parts = SENTENCE.split(text)
    size = len(display_words(text))
    for part in parts if len(parts) > 1 else ():
        words = display_words(part)
        if "?" in part and len(words) > 1:
            yield _bare(part), size - len(words) <= INTERJECTION


def _bare(text: str) -> str:
    return " ".join(display_words(text))


def _cue(beat: _Beat) -> dict[str, str]:
    """Return what the partner says before a line: one model answer, or two where the partner had been silent."""
    name = beat.cue[0].id if len(beat.cue) == 1 else f"{beat.turn}_cue"
    return {name: " ".join(line.text for line in beat.cue)} if beat.cue else {}


def _gloss(scene: Scene, beats: tuple[_Beat, ...]) -> Gloss | None:
    """Let each task be the translation of the line to be said."""
    if scene.gloss is None:
        return None
    lines: dict[str, str] = dict(scene.gloss.lines)
    tasks: Mapping[str, str] = {beat.turn: f"“{beat.line.translation}”" for beat in beats}
    for beat in beats:
        lines[beat.line.id] = beat.line.translation
        lines |= dict.fromkeys(_cue(beat), " ".join(line.translation for line in beat.cue))
    return scene.gloss.model_copy(update={"lines": lines, "tasks": tasks, "stage": tasks})
