"""What was read is kept and used again, until a byte of it changes; where nothing can be kept, it is read each time."""

import json
import shutil
from pathlib import Path

import pytest

from bot.scenarios import compiled, library
from bot.scenarios.grading import grade
from bot.scenarios.library import SHIPPED, Library
from bot.scenarios.scene import Scene


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Lay out a content folder with the café alone, in Spanish."""
    ours = shutil.ignore_patterns("en*", "fr*")
    shutil.copytree(SHIPPED / "cafe_order", tmp_path / "cafe_order", ignore=ours)
    return tmp_path


def cafe(loaded: Library) -> Scene:
    return loaded.scene("cafe_order", "es", "en")


def test_what_was_kept_is_the_same_scene(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cafe(Library.load(root))
    monkeypatch.setattr(library, "Folder", None)  # From here on nothing can be read anew.
    second = cafe(Library.load(root))

    assert (second.story, second.pack, second.gloss) == (first.story, first.pack, first.gloss)
    for turn_id in first.turns:
        ours, theirs = second.turn_book(turn_id), first.turn_book(turn_id)
        assert dict(ours.accepted) == dict(theirs.accepted)
        assert dict(ours.mistakes.all()) == dict(theirs.mistakes.all())
        assert ours.gist == theirs.gist
    assert grade(second, "drink", "una café, por favor") == grade(first, "drink", "una café, por favor")


def test_a_change_of_one_letter_is_read(root: Path) -> None:
    Library.load(root)
    pack = root / "cafe_order" / "es.yaml"
    pack.write_text(
        pack.read_text(encoding="utf-8").replace("¿En efectivo o con tarjeta?", "¿Tarjeta o efectivo?"),
        encoding="utf-8",
    )

    assert "¿Tarjeta o efectivo?" in cafe(Library.load(root)).texts["pay"]


def test_a_fault_is_remembered_with_its_place(root: Path) -> None:
    gloss = root / "cafe_order" / "es.en.yaml"
    gloss.write_text(gloss.read_text(encoding="utf-8").replace("  menu: ", "  # menu: ", 1), encoding="utf-8")
    first, second = Library.load(root).problems, Library.load(root).problems

    assert first
    assert second == first


@pytest.mark.parametrize("damage", ["", "{", '{"stamp": 1}', "[]"])
def test_what_was_damaged_is_made_again(root: Path, damage: str) -> None:
    Library.load(root)
    (root / compiled.PLACE / "cafe_order.json").write_text(damage, encoding="utf-8")

    assert cafe(Library.load(root)).turns


def test_parts_that_belong_to_another_making_are_not_used(root: Path) -> None:
    Library.load(root)
    parts = root / compiled.PLACE / "cafe_order.parts"
    parts.write_bytes(b"0" * len(parts.read_bytes()))

    assert grade(cafe(Library.load(root)), "pay", "con tarjeta").intent == "pay_card"


def test_where_nothing_can_be_kept_scenes_are_read_all_the_same(root: Path) -> None:
    (root / compiled.PLACE).write_text("a file where the folder would be", encoding="utf-8")

    assert cafe(Library.load(root)).turns


def test_nothing_of_the_learner_or_of_the_machine_is_kept(root: Path) -> None:
    Library.load(root)
    kept = json.loads((root / compiled.PLACE / "cafe_order.json").read_text(encoding="utf-8"))

    assert set(kept) == {"stamp", "made", "places"}
    assert str(root) not in json.dumps(kept)


def test_the_same_text_is_one_object_in_all_that_is_found_with_the_same_texts(tmp_path: Path) -> None:
    texts: dict[str, str] = {}
    for name in ("one", "other"):
        compiled.keep(tmp_path, name, "stamp", {"said": ["un café, por favor"]})
    found = [compiled.find(tmp_path, name, "stamp", texts) for name in ("one", "other")]
    said = [made[0]["said"][0] for made in found if made is not None]

    assert said == ["un café, por favor"] * 2
    assert said[0] is said[1]
