"""A new scene checks clean, plays in the terminal, and never overwrites what an author has."""

from pathlib import Path

import pytest

from bot.authoring.playing import play
from bot.authoring.starting_out import CannotBeginError, begin
from bot.scenarios.library import SHIPPED, Library
from bot.scenarios.proving import prove
from tests.bot.test_command_line import run


def test_a_new_scene_has_nothing_to_remark_on(tmp_path: Path) -> None:
    begin("bus_ticket", tmp_path)
    library = Library.load(tmp_path, thorough=True)
    assert [*map(str, library.problems), *map(str, prove(library, tmp_path))] == []
    assert library.scene("bus_ticket", "es", "en").title == "Bus ticket"


def test_a_new_scene_stands_beside_those_that_ship(tmp_path: Path) -> None:
    begin("bus_ticket", tmp_path)
    ids = Library.load(SHIPPED, tmp_path).ids()
    assert {"bus_ticket", "cafe_order"} <= set(ids)


def test_a_new_scene_plays_in_the_terminal_with_help_and_a_skip(tmp_path: Path) -> None:
    scene = Library.load(begin("bus_ticket", tmp_path)).scene("bus_ticket", "es", "en")
    said: list[str] = []
    assert play(scene, ["hola", "?", "una manzana", "/skip"], said.append)
    text = "\n".join(said)
    assert "-> Greet the seller." in text
    assert "Words: " in text
    assert "Model: Gracias. ¡Hasta luego!" in text
    assert "The end. Score" in text


def test_who_leaves_has_not_played_to_the_end(tmp_path: Path) -> None:
    scene = Library.load(begin("bus_ticket", tmp_path)).scene("bus_ticket", "es", "en")
    said: list[str] = []
    assert not play(scene, ["hola", "/quit", "una manzana"], said.append)
    assert not play(scene, ["hola"], said.append)


@pytest.mark.parametrize("name", ["Bus", "bus ticket", "../bus", "", "1bus"])
def test_a_name_that_is_no_id_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotBeginError):
        begin(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "bus_ticket").mkdir()
    with pytest.raises(CannotBeginError, match="already"):
        begin("bus_ticket", tmp_path)
    assert list((tmp_path / "bus_ticket").iterdir()) == []


def test_the_commands_lead_from_nothing_to_a_played_scene(tmp_path: Path) -> None:
    assert run("content", "new", "bus_ticket", "--into", str(tmp_path)).returncode == 0
    assert run("content", "check", str(tmp_path / "bus_ticket")).returncode == 0
    played = run(
        "content", "play", "bus_ticket", "es", "en", "--content", str(tmp_path), given="hola\nuna pera\nadiós\n"
    )
    assert "Score 100" in played.stdout
