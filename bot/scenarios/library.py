"""The scenarios on disk: read, checked, and given out as scenes.

One bad file never hides another: each file is checked on its own and what is wrong is listed in `problems`. A pack with
a fault is not offered; a gloss with a fault makes the next best one stand in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from bot.scenarios import compiled
from bot.scenarios.findings import Problem
from bot.scenarios.folder import Folder, read_answers, scene_folders
from bot.scenarios.scene import Scene
from bot.scenarios.shelf import Shelf
from bot.scenarios.tongues import Tongues, load_tongues

__all__ = ["SHIPPED", "Library", "Problem", "UnknownScenario", "read_answers", "scene_folders"]

SHIPPED = Path(__file__).parent.parent / "content"  # The scenes that come with the program.
FALLBACK = "en"


class UnknownScenario(Exception):  # noqa: N818 - it names what is missing, as FileNotFoundError's siblings do
    """There is no such scenario in that language."""


class Library:
    """All scenarios that could be read, and what is wrong with the others."""

    def __init__(self, shelves: Mapping[tuple[str, str], Shelf], problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self._shelves = shelves
        self._scenes: dict[tuple[str, str, str], Scene] = {}
        levels = {shelf.story.id: (shelf.story.cefr, shelf.story.id) for shelf in shelves.values()}
        self._ids = tuple(sorted(levels, key=lambda scenario_id: levels[scenario_id]))

    @classmethod
    def load(cls, *roots: Path, thorough: bool = False) -> "Library":
        """Read all scenario folders of the roots, or roots that are one; bad content is reported, never raised.

        A thorough reading also reports matters of taste or of care; it takes longer and offers the same scenes.
        """
        shelves: dict[tuple[str, str], Shelf] = {}
        problems: list[Problem] = []
        tongues = load_tongues()
        texts: dict[str, str] = {}
        for root in roots:
            if not root.is_dir():
                problems.append(Problem(file=str(root), line=None, code="root", message="there is no such folder"))
            for folder in scene_folders(root):
                found, faults = _thorough(folder, tongues) if thorough else _opened(folder, tongues, texts)
                for shelf in found:
                    if (shelf.story.id, shelf.pack.lang) in shelves:
                        faults = (*faults, _second(folder, shelf))
                    shelves.setdefault((shelf.story.id, shelf.pack.lang), shelf)
                problems.extend(faults)
        return cls(shelves, problems)

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the scenarios that can be played, from the easiest level up."""
        return self._ids

    def packs(self) -> tuple[tuple[str, str], ...]:
        """Return scenario and target language of every pack that can be played, in the order of `ids`."""
        return tuple(sorted(self._shelves, key=lambda pack: (self.ids().index(pack[0]), pack[1])))

    def natives(self, scenario_id: str, language: str) -> tuple[str, ...]:
        """Return the native languages for which a pack has a gloss."""
        shelf = self._shelves.get((scenario_id, language))
        return tuple(sorted(shelf.glosses)) if shelf else ()

    def languages(self) -> tuple[str, ...]:
        """Return the target languages on offer."""
        return tuple(sorted({language for _, language in self._shelves}))

    def explained(self, language: str) -> tuple[str, ...]:
        """Return the native languages in which scenes of a target language are explained."""
        packs = (shelf.glosses for (_, taught), shelf in self._shelves.items() if taught == language)
        return tuple(sorted({native for glosses in packs for native in glosses}))

    def scene(self, scenario_id: str, language: str, native: str) -> Scene:
        """Return a scene for speakers of a native language, or raise UnknownScenario."""
        shelf = self._shelves.get((scenario_id, language))
        if shelf is None:
            raise UnknownScenario(f"no scenario {scenario_id!r} in {language!r}")
        gloss = shelf.glosses.get(native) or shelf.glosses.get(native.partition("-")[0]) or shelf.glosses.get(FALLBACK)
        wanted = (scenario_id, language, gloss.lang if gloss else "")
        if wanted not in self._scenes:
            self._scenes[wanted] = Scene(story=shelf.story, pack=shelf.pack, gloss=gloss, book=shelf.book)
        return self._scenes[wanted]

    def scenes(self, language: str, native: str) -> tuple[Scene, ...]:
        """Return every scene of a target language in the order of `ids`."""
        there = (scenario_id for scenario_id in self.ids() if (scenario_id, language) in self._shelves)
        return tuple(self.scene(scenario_id, language, native) for scenario_id in there)


def _thorough(folder: Path, tongues: Tongues) -> tuple[tuple[Shelf, ...], tuple[Problem, ...]]:
    """Read a folder with every remark there is to make."""
    reading = Folder(folder, tongues, thorough=True)
    return tuple(reading.shelves()), tuple(reading.problems)


def _opened(folder: Path, tongues: Tongues, texts: dict[str, str]) -> tuple[tuple[Shelf, ...], tuple[Problem, ...]]:
    """Open a folder as it was kept when it was last read; read it where it has changed since."""
    wanted = compiled.stamp(filter(Path.is_file, folder.iterdir()), also=tongues.stamp)
    kept = compiled.find(folder.parent, folder.name, wanted, texts)
    if kept is not None:
        made, parts = kept
        shelves = tuple(Shelf.read(plain, parts, tongues) for plain in made["shelves"])
        return shelves, tuple(Problem(**problem) for problem in made["problems"])
    reading = Folder(folder, tongues)
    shelves, problems = tuple(reading.shelves()), tuple(reading.problems)
    plain = {"shelves": [shelf.plain() for shelf in shelves], "problems": [asdict(problem) for problem in problems]}
    parts = {name: turn for shelf in shelves for name, turn in shelf.parts().items()}
    compiled.keep(folder.parent, folder.name, wanted, plain, parts)
    return shelves, problems


def _second(folder: Path, shelf: Shelf) -> Problem:
    """Note a pack of which another root has one already: the first stays."""
    message = f"another folder has {shelf.story.id} in {shelf.pack.lang}: that one is used"
    return Problem(file=f"{folder.name}/{shelf.pack.lang}.yaml", line=1, code="second", message=message)
