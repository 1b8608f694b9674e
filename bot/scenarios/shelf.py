"""One pack with its story, written out, and its glosses; as plain data too, so that it can be kept and made again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.scenarios.model import Gloss, Pack, Story
from bot.scenarios.phrasebook import Phrasebook
from bot.scenarios.tongues import Tongues

Raw = Mapping[str, Any]  # A content file as it was read, before its language was laid under it.


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What the library has of one scenario in one target language."""

    story: Story
    pack: Pack
    book: Phrasebook
    glosses: Mapping[str, Gloss]
    raw: Raw

    @classmethod
    def read(cls, plain: Raw, parts: Mapping[str, Any], tongues: Tongues) -> "Shelf":
        """Make the shelf again from what `plain` and `parts` gave; a part is read when its turn is first needed."""
        raw = plain["raw"]
        story = Story.model_validate(raw["story"])
        pack = tongues.pack(Pack.model_validate(raw["pack"]), story)
        glosses = {
            native: tongues.gloss(Gloss.model_validate(gloss), pack.lang) for native, gloss in raw["glosses"].items()
        }
        turns = _Turns(parts, pack)
        book = Phrasebook(pack, frozenset(story.entities), {**plain["book"], "turns": turns})
        return cls(story=story, pack=pack, book=book, glosses=glosses, raw={})

    def plain(self) -> dict[str, Any]:
        """Return the shelf as plain data, but for its turns."""
        book = {"repairs": self.book.written["repairs"], "spoken": self.book.spoken_of()}
        return {"raw": self.raw, "book": book}

    def parts(self) -> dict[str, Any]:
        """Return the turns as plain data, each under a name of its own, with what takes long to find out about them."""
        turns = self.book.written["turns"].items()
        return {f"{self.pack.lang}/{turn_id}": {**turn, **self.book.found_out(turn_id)} for turn_id, turn in turns}


class _Turns(Mapping[str, Any]):
    """The turns of one pack among the parts of its folder."""

    def __init__(self, parts: Mapping[str, Any], pack: Pack) -> None:
        self._parts = parts
        self._pack = pack

    def __getitem__(self, turn_id: str) -> Any:
        return self._parts[f"{self._pack.lang}/{turn_id}"]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pack.turns)

    def __len__(self) -> int:
        return len(self._pack.turns)
