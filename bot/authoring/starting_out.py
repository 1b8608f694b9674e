"""A new scene to begin with: small, commented, without a fault, and playing at once."""

import re
from pathlib import Path

STARTER = Path(__file__).parent / "starter"
PLACEHOLDER = "my_scene"
NAME = re.compile(r"[a-z][a-z0-9_]{1,31}")
LANGUAGE, NATIVE = "es", "en"


class CannotBeginError(Exception):
    """Tell an author why there is no new scene."""


def begin(scenario_id: str, into: Path, *, language: str = LANGUAGE, native: str = NATIVE) -> Path:
    """Write the files of a new scene and return its folder; what is there already is never touched."""
    if not NAME.fullmatch(scenario_id):
        raise CannotBeginError(f"{scenario_id}: use small letters, digits and _, as in bus_ticket")
    if (language, native) != (LANGUAGE, NATIVE):
        raise CannotBeginError(
            f"there is a starter for {LANGUAGE} with {NATIVE} only: begin with it, then rename its files to "
            f"{language}.yaml and {language}.{native}.yaml and write in your languages"
        )
    folder = into / scenario_id
    if folder.exists():
        raise CannotBeginError(f"{folder}: is there already")
    folder.mkdir(parents=True)
    for path in sorted(STARTER.iterdir()):
        text = path.read_text(encoding="utf-8").replace(PLACEHOLDER, scenario_id)
        (folder / path.name).write_text(text.replace("My scene", _title(scenario_id)), encoding="utf-8")
    return folder


def _title(scenario_id: str) -> str:
    return scenario_id.replace("_", " ").capitalize()
