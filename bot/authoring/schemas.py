"""JSON Schemas of the content files, so that an editor completes keys and marks slips while one types."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.scenarios.language_files import Tongue, TongueGloss
from bot.scenarios.model import Gloss, Pack, Story
from bot.scenarios.trials import AnswerCase, Plans

MODELS: Mapping[str, type[BaseModel]] = {
    "scenario": Story,
    "pack": Pack,
    "gloss": Gloss,
    "plans": Plans,
    "answer": AnswerCase,
    "language": Tongue,
    "language_gloss": TongueGloss,
}
TEXT = {"type": "string"}


def schemas() -> Mapping[str, str]:
    """Return the text of each schema file by its name."""
    return {f"{name}.schema.json": _written(model) for name, model in MODELS.items()}


def write(folder: Path) -> tuple[Path, ...]:
    """Write all schema files into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(folder / name)
    return tuple(paths)


def _written(model: type[BaseModel]) -> str:
    schema = model.model_json_schema(by_alias=True)
    _loosen(schema)
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _loosen(schema: Any) -> None:
    """Say that a list of one may be written as its one member, and that a condition is a text."""
    for definition in schema.get("$defs", {}).values():
        fields = definition.get("properties", {})
        if "if" in fields:
            fields["if"] = TEXT
        for name in ("reply", "go"):
            if name in fields:
                fields[name] = {"anyOf": [TEXT, fields[name]]}
    schema.get("$defs", {}).pop("Comparison", None)
