"""What reading content amounts to, kept as JSON beside it, so that it is read once and not at every start.

Reading YAML, checking it and writing out its sentences takes seconds a pack; none of it changes until a file does. What
is kept is only ever trusted for the very bytes it was made of: those of the content and those of this package. Large
parts stand in a second file, from which each is read when it is first needed.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from weakref import finalize

import orjson

PLACE = ".compiled"
CODE = Path(__file__).parent


class Parts(Mapping[str, Any]):
    """Parts of what was kept, each read from the file when it is asked for."""

    def __init__(self, path: Path, places: Mapping[str, tuple[int, int]]) -> None:
        # Not mapped into memory: what was looked at would count as the process's own for as long as it runs.
        self._file = os.open(path, os.O_RDONLY)
        finalize(self, os.close, self._file)
        self._places = places

    def __getitem__(self, name: str) -> Any:
        """Read one part."""
        start, end = self._places[name]
        return orjson.loads(os.pread(self._file, end - start, start))

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the parts."""
        return iter(self._places)

    def __len__(self) -> int:
        """Count the parts."""
        return len(self._places)

    def begins_with(self, seal: str) -> bool:
        """Tell whether the file was written together with the one that names its places."""
        return os.pread(self._file, len(seal), 0) == seal.encode()


def stamp(files: Iterable[Path], also: str = "") -> str:
    """Return a text that is another one as soon as a byte of the files, or of the code that reads them, is."""
    seal = blake2b(f"{_code()}{also}".encode(), digest_size=16)
    for path in sorted(files):
        content = path.read_bytes()
        seal.update(f"{path.name}:{len(content)}:".encode() + content)
    return seal.hexdigest()


def find(
    place: Path, name: str, wanted: str, texts: dict[str, str] | None = None
) -> tuple[Any, Mapping[str, Any]] | None:
    """Return what was kept under a name and its parts, if they were made of the same bytes; otherwise nothing.

    Callers that find much that is alike give the `texts` found so far, so that the same text is one object.
    """
    path = place / PLACE / f"{name}.json"
    try:
        kept = json.loads(path.read_bytes())
        if not isinstance(kept, dict) or kept.get("stamp") != wanted:
            return None
        parts = Parts(path.with_suffix(".parts"), kept["places"])
    except (OSError, ValueError):
        return None
    return (_once(kept["made"], {} if texts is None else texts), parts) if parts.begins_with(wanted) else None


def _once(made: Any, texts: dict[str, str]) -> Any:
    """Return the same plain data with one object for each text."""
    if isinstance(made, str):
        return texts.setdefault(made, made)
    if isinstance(made, dict):
        return {texts.setdefault(name, name): _once(value, texts) for name, value in made.items()}
    return [_once(value, texts) for value in made] if isinstance(made, list) else made


def keep(place: Path, name: str, wanted: str, made: Any, parts: Mapping[str, Any] | None = None) -> None:
    """Keep what was made; where nothing may be written, it is simply made again the next time."""
    path = place / PLACE / f"{name}.json"
    places: dict[str, tuple[int, int]] = {}
    large = bytearray(f"{wanted}\n".encode())
    for part, content in (parts or {}).items():
        start = len(large)
        large += json.dumps(content, ensure_ascii=False).encode()
        places[part] = (start, len(large))
    small = json.dumps({"stamp": wanted, "made": made, "places": places}, ensure_ascii=False).encode()
    try:
        path.parent.mkdir(exist_ok=True)
        _write(path.with_suffix(".parts"), bytes(large))
        _write(path, small)
    except OSError:
        return


def _write(path: Path, content: bytes) -> None:
    """Put a file in place as a whole, so that nobody ever reads half of it."""
    half_written = path.with_suffix(f".{os.getpid()}")
    try:
        half_written.write_bytes(content)
        half_written.replace(path)
    finally:
        half_written.unlink(missing_ok=True)


@cache
def _code() -> str:
    """Return the seal of the code that reads content."""
    seal = blake2b(digest_size=16)
    for path in sorted(CODE.glob("*.py")):
        seal.update(path.read_bytes())
    return seal.hexdigest()
