"""The scenarios on disk: read, checked, and given out as scenes.

One bad file never hides another: each file is checked on its own and what is wrong is listed in `problems`. A pack with
a fault is not offered; a gloss with a fault makes the next best one stand in.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.scenarios.findings import Findings, Problem
from bot.scenarios.gloss_lint import check_gloss
from bot.scenarios.model import AnswerCase, Gloss, Pack, Plans, Story
from bot.scenarios.pack_lint import check_pack
from bot.scenarios.pack_remarks import RECORDINGS, remark_on_pack
from bot.scenarios.phrasebook import Phrasebook, write_out
from bot.scenarios.play_remarks import remark_on_play
from bot.scenarios.reading import Document, Unreadable, read
from bot.scenarios.scene import Scene
from bot.scenarios.story_lint import check_story
from bot.scenarios.tongues import Tongues, load_tongues

__all__ = ["Library", "Problem", "UnknownScenario"]

Model = TypeVar("Model", bound=BaseModel)
SHIPPED = Path(__file__).parent.parent / "content"  # The scenes that come with the program.
FALLBACK = "en"
MOST_STEMS = 2
BESIDE = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]+)*)\.(?:answers|outside[\w.-]*)\.jsonl")


class UnknownScenario(Exception):  # noqa: N818 - it names what is missing, as FileNotFoundError's siblings do
    """There is no such scenario in that language."""


@dataclass(frozen=True, kw_only=True)
class _Shelf:
    """One pack with its story, written out, and its glosses by native language."""

    story: Story
    pack: Pack
    book: Phrasebook
    glosses: Mapping[str, Gloss]


class Library:
    """All scenarios that could be read, and what is wrong with the others."""

    def __init__(self, shelves: Mapping[tuple[str, str], _Shelf], problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self._shelves = shelves
        self._scenes: dict[tuple[str, str, str], Scene] = {}

    @classmethod
    def load(cls, *roots: Path, thorough: bool = False) -> "Library":
        """Read all scenario folders of the roots, or roots that are one; bad content is reported, never raised.

        A thorough reading also reports matters of taste or of care; it takes longer and offers the same scenes.
        """
        shelves: dict[tuple[str, str], _Shelf] = {}
        problems: list[Problem] = []
        tongues = load_tongues()
        for root in roots:
            if not root.is_dir():
                problems.append(Problem(file=str(root), line=None, code="root", message="there is no such folder"))
            for folder in scene_folders(root):
                loading = _Folder(folder, tongues, thorough=thorough)
                for shelf in loading.shelves():
                    loading.note_second(shelf, shelves)
                    shelves.setdefault((shelf.story.id, shelf.pack.lang), shelf)
                problems.extend(loading.problems)
        return cls(shelves, problems)

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the scenarios that can be played, from the easiest level up."""
        levels = {shelf.story.id: (shelf.story.cefr, shelf.story.id) for shelf in self._shelves.values()}
        return tuple(sorted(levels, key=lambda scenario_id: levels[scenario_id]))

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


def scene_folders(root: Path) -> tuple[Path, ...]:
    """Return the scenario folders under a root, or the root itself where it is one."""
    if any(root.glob("*.y*ml")):
        return (root.resolve(),)
    return tuple(sorted({path.parent for path in root.glob("*/*.y*ml")}))


class _Folder:
    """The reading of one scenario folder."""

    def __init__(self, folder: Path, tongues: Tongues, *, thorough: bool) -> None:
        self._folder = folder
        self._tongues = tongues
        self._thorough = thorough
        self.problems: list[Problem] = []

    def shelves(self) -> Iterator[_Shelf]:
        """Yield the packs of the folder that can be used."""
        self._check_names()
        story = self._story()
        for path in sorted(self._folder.glob("*.yaml")):
            if path.name != "scenario.yaml" and "." not in path.stem:
                shelf = self._shelf(path, story)
                if shelf is not None:
                    yield shelf

    def note_second(self, shelf: _Shelf, before: Mapping[tuple[str, str], _Shelf]) -> None:
        """Note a pack of which another root has one already: the first stays."""
        if (shelf.story.id, shelf.pack.lang) in before:
            path = self._folder / f"{shelf.pack.lang}.yaml"
            self._note(path, "second", f"another folder has {shelf.story.id} in {shelf.pack.lang}: that one is used", 1)

    def _story(self) -> Story | None:
        """Read the story of the folder."""
        found = self._read(self._folder / "scenario.yaml", Story)
        if found is None:
            return None
        story, findings = found
        check_story(story, self._folder.name, findings)
        return self._kept(story, findings)

    def _check_names(self) -> None:
        """Note files that would never be read, so that a slip in a name is seen."""
        for path in sorted(self._folder.glob("*.y*ml")):
            stems = path.stem.split(".")
            if path.suffix != ".yaml" or len(stems) > MOST_STEMS or not (self._folder / f"{stems[0]}.yaml").exists():
                self._note(path, "name", "not <lang>.yaml, <lang>.<native>.yaml or <lang>.plans.yaml", None)
        for path in sorted(self._folder.iterdir()):
            if not path.name.startswith(".") and path.suffix not in (".yaml", ".yml") and not self._belongs(path):
                self._note(
                    path, "name", "not <lang>.answers.jsonl, <lang>.outside*.jsonl, audio/ or a file in YAML", None
                )

    def _belongs(self, path: Path) -> bool:
        """Tell whether a file beside the YAML is one that is read: answers, measured answers, recordings."""
        if path.is_dir():
            return path.name == RECORDINGS
        known = BESIDE.fullmatch(path.name)
        return known is not None and (self._folder / f"{known[1]}.yaml").exists()

    def _shelf(self, path: Path, story: Story | None) -> _Shelf | None:
        """Read one pack and what stands beside it."""
        found = self._read(path, Pack)
        pack = book = None
        if found is not None and story is not None:
            pack, findings = found
            pack = self._tongues.pack(pack, story)
            book = write_out(pack, frozenset(story.entities), findings.report)
            check_pack(pack, book, story, findings)
            if pack.lang != path.stem:
                findings.report(("lang",), "name", f"the file is named {path.name}, the pack says {pack.lang}")
            pack = self._kept(pack, findings)
        glosses = dict(self._glosses(path, story, pack))
        self._companions(path)
        if found is None or story is None or pack is None or book is None:
            return None
        if self._thorough:
            remarks = Findings(file=self._name(path), document=found[1].document)
            scene = Scene(story=story, pack=pack, gloss=None, book=book)
            remark_on_pack(scene, glosses.values(), remarks, self._folder)
            remark_on_play(scene, remarks)
            self.problems.extend(remarks)
        return _Shelf(story=story, pack=pack, book=book, glosses=glosses)

    def _glosses(self, path: Path, story: Story | None, pack: Pack | None) -> Iterator[tuple[str, Gloss]]:
        """Read the glosses of a pack."""
        for beside in sorted(self._folder.glob(f"{path.stem}.*.yaml")):
            native = beside.name.removeprefix(path.stem + ".").removesuffix(".yaml")
            found = self._read(beside, Gloss) if native != "plans" else None
            if found is not None and story is not None and pack is not None:
                gloss, findings = found
                gloss = self._tongues.gloss(gloss, pack.lang)
                check_gloss(gloss, pack, story, findings)
                if gloss.lang != native or gloss.pack != f"{story.id}/{pack.lang}":
                    findings.report(
                        ("lang",), "name", f"the file's name and its keys lang and pack disagree: {beside.name}"
                    )
                if self._kept(gloss, findings) is not None:
                    yield native, gloss

    def _companions(self, path: Path) -> None:
        """Check that plans and answers can be read; playing them is the content check's part."""
        plans = path.with_suffix(".plans.yaml")
        if plans.exists():
            self._read(plans, Plans)
        answers = path.with_suffix(".answers.jsonl")
        if answers.exists():
            try:
                read_answers(answers)
            except Unreadable as error:
                self._note(answers, "answers", error.message, error.line)

    def _read(self, path: Path, model: type[Model]) -> tuple[Model, Findings] | None:
        """Read one file into its model, or note why that cannot be done."""
        try:
            document = read(path)
        except Unreadable as error:
            self._note(path, "yaml", error.message, error.line)
            return None
        findings = Findings(file=self._name(path), document=document)
        try:
            return model.model_validate(document.data), findings
        except ValidationError as error:
            self.problems.extend(_schema_problems(error, findings.file, document))
            return None

    def _kept(self, value: Model, findings: Findings) -> Model | None:
        """Keep a file's faults, and the file itself if it can be used."""
        self.problems.extend(findings)
        return value if findings.usable else None

    def _note(self, path: Path, code: str, message: str, line: int | None) -> None:
        """Note a fault of a file that could not even be read."""
        self.problems.append(Problem(file=self._name(path), line=line, code=code, message=message))

    def _name(self, path: Path) -> str:
        """Return how a file is called in a report."""
        return f"{self._folder.name}/{path.name}"


def read_answers(path: Path) -> tuple[AnswerCase, ...]:
    """Read the answers kept beside a pack, one JSON object a line."""
    cases: list[AnswerCase] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            cases.append(AnswerCase.model_validate(json.loads(line)))
        except ValueError as error:
            raise Unreadable(str(error).partition("\n")[0], number) from error
    return tuple(cases)


def _schema_problems(error: ValidationError, file: str, document: Document) -> Iterator[Problem]:
    """Turn pydantic's complaints into problems with lines."""
    for detail in error.errors(include_url=False):
        where = tuple(part for part in detail["loc"] if part != "[key]")
        shown = ".".join(str(part) for part in where)
        yield Problem(file=file, line=document.line(where), code="schema", message=f"{shown}: {detail['msg']}")
