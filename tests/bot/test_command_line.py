"""What the command line says when something cannot be: one line, the setting's name, exit code 2, no secret."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.legacy import old_database

ROOT = Path(__file__).parents[2]


def run(
    *arguments: str, given: str = "", before: Callable[[], None] | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the program as an operator would, with these settings and no others."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
    return subprocess.run(  # noqa: S603 - our own program; what is done before it starts no threads
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT / "docs",  # away from a developer's own .env
        env=environment | {"PYTHONPATH": str(ROOT)} | settings,
        input=given,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        preexec_fn=before,
    )


def last_line(said: subprocess.CompletedProcess[str]) -> str:
    return said.stderr.strip().splitlines()[-1]


def test_without_a_token_run_names_the_setting(tmp_path: Path) -> None:
    said = run("run", TUTOR_DATA_DIR=str(tmp_path))
    assert (said.returncode, said.stderr.count("\n")) == (2, 1)
    assert said.stderr.startswith("TUTOR_TELEGRAM_TOKEN: ")


def test_a_database_that_cannot_be_reached_is_named_by_its_setting_without_its_password() -> None:
    said = run("chat", TUTOR_DATABASE_URL="postgresql://tutor:s3cr3t-word@127.0.0.1:1/none")
    # EX_TEMPFAIL, and not the 2 of a wrong setting: a server that is down comes back, and systemd must try again.
    assert said.returncode == 75
    assert last_line(said).startswith("TUTOR_DATABASE_URL: the database cannot be used: ")
    assert "s3cr3t-word" not in said.stderr + said.stdout


def test_a_data_folder_that_is_a_file_is_named_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = run("chat", TUTOR_DATA_DIR=str(tmp_path / "file"))
    assert (said.returncode, last_line(said)) == (2, "TUTOR_DATA_DIR: the database cannot be used: File exists")


def test_content_check_passes_on_a_scene_that_ships_and_fails_by_name_on_what_is_broken(tmp_path: Path) -> None:
    # All scenes are checked by `make lint`; here the command itself is what is asked about.
    assert run("content", "check", str(ROOT / "bot" / "content" / "cafe_order")).returncode == 0
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "scenario.yaml").write_text("schema: [", encoding="utf-8")
    broken = run("content", "check", "--folder", str(tmp_path))
    assert broken.returncode == 1
    assert "odd/scenario.yaml:1" in broken.stdout


def test_a_scene_can_be_piped_through_the_chat(tmp_path: Path) -> None:
    lines = ("/start", "2", "Hola", "Para llevar", "Un cortado", "Un pincho de tortilla", "Con tarjeta", "Adiós")
    said = run("chat", given="\n".join(lines), TUTOR_DATA_DIR=str(tmp_path), LANG="en_GB.UTF-8")
    assert said.returncode == 0
    assert "Ordering at a café: done" in said.stdout
    assert "\x1b" not in said.stdout


def imported(tmp_path: Path, *more: str, users: str = old_database.MAP) -> subprocess.CompletedProcess[str]:
    """Import an old file as an operator would."""
    if not (tmp_path / "old.db").exists():
        old_database.after(tmp_path / "old.db")
    (tmp_path / "map.csv").write_text(users, encoding="utf-8")
    paths = (str(tmp_path / "old.db"), "--users", str(tmp_path / "map.csv"))
    return run("import-legacy", *paths, *more, TUTOR_DATA_DIR=str(tmp_path / "data"))


def test_an_import_reports_each_table_and_lists_what_it_set_aside(tmp_path: Path) -> None:
    tried = imported(tmp_path, "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert tried.stdout.endswith("dry run: nothing was changed\n")
    assert not (tmp_path / "data" / "legacy-set-aside.csv").exists()

    said = imported(tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    counts = [line.split() for line in said.stdout.splitlines()]
    assert ["spaced_repetition_items", "202", "155", "0", "3", "44"] in counts
    assert f"rows set aside are listed in {tmp_path / 'data' / 'legacy-set-aside.csv'}" in said.stdout
    assert "palabra" not in said.stdout


def test_a_bad_map_or_a_bad_file_is_told_in_one_line_before_anything_is_touched(tmp_path: Path) -> None:
    said = imported(tmp_path, users="who,telegram\n")
    assert (said.returncode, said.stderr.count("\n")) == (2, 1)
    assert "line 1: the header must be legacy_user,telegram_id" in said.stderr

    (tmp_path / "old.db").write_bytes(b"this is no database at all, only text that is long enough")
    said = imported(tmp_path)
    assert (said.returncode, last_line(said)) == (
        2, f"{tmp_path / 'old.db'}: cannot be read as the predecessor's database: file is not a database"
    )  # fmt: skip
    assert not (tmp_path / "data").exists()


def test_an_unknown_zone_or_an_empty_database_is_told(tmp_path: Path) -> None:
    assert last_line(imported(tmp_path, "--zone", "Mars/Olympus")) == "--zone: unknown time zone 'Mars/Olympus'"
    (tmp_path / "old.db").write_bytes(b"")
    assert last_line(imported(tmp_path)).endswith("holds none of the predecessor's tables")
