"""The `content` commands: check, judge, and all that an author needs beside a text editor."""

import sys
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from bot.authoring import judging
from bot.scenarios.language_lint import check_languages
from bot.scenarios.library import SHIPPED, Library
from bot.scenarios.proving import prove
from bot.scenarios.scene import Scene

FAILED = 1

Where = Annotated[Path, typer.Argument(show_default=False, help="All scenes, or the folder of one.")]
Root = Annotated[Path, typer.Option("--content", show_default=False, help="The folder of the scenes.")]

content = typer.Typer(no_args_is_help=True, help="Scenes and their packs.")


@content.command()
def check(
    path: Where = SHIPPED,
    *,
    lenient: Annotated[bool, typer.Option("--lenient", help="Pass in spite of warnings.")] = False,
    folder: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Check every scene, play its plans and grade its answers; fail with file and line if anything is broken."""
    root = folder or path
    problems = list(check_languages())
    library = None
    if not any(problem.fatal for problem in problems):
        library = Library.load(root, thorough=True)
        problems += [*library.problems, *prove(library, root)]
    for problem in problems:
        typer.echo(f"{problem} [{problem.number}]" if problem.fatal else f"{problem} [{problem.number}, warning]")
    errors = sum(problem.fatal for problem in problems)
    packs = len(library.packs()) if library else 0
    typer.echo(f"packs: {packs}, problems: {len(problems)} ({errors} errors, {len(problems) - errors} warnings)")
    raise typer.Exit(FAILED if not packs or (errors if lenient else problems) else 0)


@content.command()
def grade(root: Root = SHIPPED) -> None:
    """Judge answers: JSON lines {scenario, lang, native, turn, text} in, one verdict a line out, in order."""
    loaded = cache(lambda scenario: _loaded(root / scenario))

    def find(scenario: str, language: str, native: str) -> Scene:
        return loaded(Path(scenario).name or "-").scene(scenario, language, native)

    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(judging.written(judging.judged(line, find)))
        sys.stdout.buffer.flush()


def _loaded(folder: Path) -> Library:
    """Read one scene, saying on standard error what keeps it from being used."""
    library = Library.load(folder)
    for problem in library.problems:
        if problem.fatal:
            typer.echo(str(problem), err=True)
    return library
