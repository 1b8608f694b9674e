"""One scenario folder read: its story, packs and glosses, each checked on its own, and what is wrong with them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.scenarios.findings import Findings, Problem
from bot.scenarios.gloss_lint import check_gloss
from bot.scenarios.model import Gloss, Pack, Story
from bot.scenarios.pack_lint import check_pack
from bot.scenarios.pack_remarks import RECORDINGS, remark_on_pack
from bot.scenarios.phrasebook import write_out
from bot.scenarios.play_remarks import remark_on_play
from bot.scenarios.reading import Document, Unreadable, read
from bot.scenarios.scene import Scene
from bot.scenarios.shelf import Shelf
from bot.scenarios.story_lint import check_story
from bot.scenarios.tongues import Tongues
from bot.scenarios.trials import AnswerCase, Plans

Model = TypeVar("Model", bound=BaseModel)
MOST_STEMS = 2
BESIDE = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]+)*)\.(?:answers|outside[\w.-]*)\.jsonl")


def scene_folders(root: Path) -> tuple[Path, ...]:
    """Return the scenario folders under a root, or the root itself where it is one."""
    if any(root.glob("*.y*ml")):
        return (root.resolve(),)
    return tuple(sorted({path.parent for path in root.glob("*/*.y*ml")}))


class Folder:
    """The reading of one scenario folder."""

    def __init__(self, folder: Path, tongues: Tongues, *, thorough: bool = False) -> None:
        self._folder = folder
        self._tongues = tongues
        self._thorough = thorough
        self.problems: list[Problem] = []
        self._raw_story: Any = None

    def shelves(self) -> Iterator[Shelf]:
        """Yield the packs of the folder that can be used."""
        self._check_names()
        story = self._story()
        for path in sorted(self._folder.glob("*.yaml")):
            if path.name != "scenario.yaml" and "." not in path.stem:
                shelf = self._shelf(path, story)
                if shelf is not None:
                    yield shelf

    def _story(self) -> Story | None:
        """Read the story of the folder."""
        found = self._read(self._folder / "scenario.yaml", Story)
        if found is None:
            return None
        story, findings = found
        self._raw_story = findings.document.data
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

    def _shelf(self, path: Path, story: Story | None) -> Shelf | None:
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
        beside = list(self._glosses(path, story, pack))
        glosses = {native: gloss for native, gloss, _ in beside}
        self._companions(path)
        if found is None or story is None or pack is None or book is None:
            return None
        if self._thorough:
            remarks = Findings(file=self._name(path), document=found[1].document)
            scene = Scene(story=story, pack=pack, gloss=None, book=book)
            remark_on_pack(scene, glosses.values(), remarks, self._folder)
            remark_on_play(scene, remarks)
            self.problems.extend(remarks)
        raw = {
            "story": self._raw_story,
            "pack": found[1].document.data,
            "glosses": {native: data for native, _, data in beside},
        }
        return Shelf(story=story, pack=pack, book=book, glosses=glosses, raw=raw)

    def _glosses(self, path: Path, story: Story | None, pack: Pack | None) -> Iterator[tuple[str, Gloss, Any]]:
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
                    yield native, gloss, findings.document.data

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
