"""The `content` commands: check, judge, and all that an author needs beside a text editor."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.authoring import judging, personas, playing, schemas, simulation
from bot.authoring.explaining import explained
from bot.authoring.graph import dot, mermaid
from bot.authoring.listing import listed
from bot.authoring.sheet import sheet as sheet_of
from bot.authoring.starting_out import CannotBeginError, begin
from bot.scenarios.language_lint import check_languages
from bot.scenarios.library import SHIPPED, Library, scene_folders
from bot.scenarios.proving import prove
from bot.scenarios.scene import Scene

FAILED = 1

Where = Annotated[Path, typer.Argument(show_default=False, help="All scenes, or the folder of one.")]
Root = Annotated[Path, typer.Option("--content", show_default=False, help="The folder of the scenes.")]

Lang = Annotated[str | None, typer.Option(help="The target language; the scene's first one if none is named.")]
Native = Annotated[str, typer.Option(help="The learner's own language.")]
Spoken = Annotated[str, typer.Argument(help="The learner's own language.")]


class Format(StrEnum):
    """How a drawing is written."""

    MERMAID = "mermaid"
    DOT = "dot"


DRAWINGS: Mapping[Format, Callable[[Scene], Iterator[str]]] = {Format.MERMAID: mermaid, Format.DOT: dot}

content = typer.Typer(no_args_is_help=True, help="Scenes and their packs.")


@content.command()
def check(
    path: Where = SHIPPED,
    *,
    lenient: Annotated[bool, typer.Option("--lenient", help="Pass in spite of warnings.")] = False,
    listing: Annotated[bool, typer.Option("--listing", help="Print accepted sentences for a second reader.")] = False,
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
    if listing and library:
        _echo(line for pack in library.packs() for line in listed(library.scene(*pack, "en")))
    errors = sum(problem.fatal for problem in problems)
    packs = len(library.packs()) if library else 0
    typer.echo(f"packs: {packs}, problems: {len(problems)} ({errors} errors, {len(problems) - errors} warnings)")
    raise typer.Exit(FAILED if not packs or (errors if lenient else problems) else 0)


@content.command("compile")
def compile_all(root: Root = SHIPPED) -> None:
    """Read every scene once and keep the result beside it, so that the bot starts at once."""
    library = Library.load(root)
    typer.echo(f"packs: {len(library.packs())}, ready")
    raise typer.Exit(0 if library.packs() else FAILED)


@content.command()
def grade(root: Root = SHIPPED) -> None:
    """Judge answers: JSON lines {scenario, lang, native, turn, text} in, one verdict a line out, in order."""
    loaded = cache(lambda scenario: _loaded(root / scenario))

    def find(scenario: str, language: str, native: str) -> Scene:
        return loaded(Path(scenario).name or "-").scene(scenario, language, native)

    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(judging.written(judging.judged(line, find)))
        sys.stdout.buffer.flush()


@content.command()
def play(
    scenario: str,
    language: str,
    native: Spoken = "en",
    *,
    support: Annotated[int, typer.Option(min=0, max=3, help="Help: 0 shown, 1 on request, 2 letters, 3 none.")] = 1,
    root: Root = SHIPPED,
) -> None:
    """Play a scene here: ? helps, /skip shows the answer, /quit leaves. Nothing is stored."""
    scene = _scene(root, scenario, language, native)
    playing.play(scene, _typed(), typer.echo, support=support)


@content.command()
def explain(
    scenario: str, turn: str, text: str, lang: Lang = None, native: Native = "en", root: Root = SHIPPED
) -> None:
    """Say how an answer is judged and why."""
    scene = _scene(root, scenario, lang, native)
    if turn not in scene.turns:
        _give_up(f"{scenario} has no turn {turn}; there are {', '.join(scene.turns)}")
    _echo(explained(scene, turn, text))


@content.command()
def graph(
    scenario: str, form: Annotated[Format, typer.Option("--format")] = Format.MERMAID, root: Root = SHIPPED
) -> None:
    """Draw a story: turns and the intents that lead from one to the next."""
    _echo(DRAWINGS[form](_scene(root, scenario, None, "en")))


@content.command()
def simulate(scenario: str, lang: Lang = None, root: Root = SHIPPED) -> None:
    """Play every step of a scene and let seven kinds of learners play it; fail if something is not as it should be."""
    scene = _scene(root, scenario, lang, "en")
    done = simulation.simulate(scene)
    _echo(simulation.report(done))
    results = personas.played(scene)
    _echo(f"{one.name}: score {one.score}, at most {one.tries} tries on a turn" for one in results)
    complaints = [*personas.complaints(results)]
    _echo(f"FAULT {complaint}" for complaint in complaints)
    raise typer.Exit(FAILED if done.faults or complaints else 0)


@content.command()
def new(scenario: str, lang: str = "es", native: str = "en", into: Annotated[Path, typer.Option()] = Path()) -> None:
    """Write a small commented scene to begin with; it checks clean and plays at once."""
    try:
        folder = begin(scenario, into, language=lang, native=native)
    except CannotBeginError as error:
        _give_up(str(error))
    typer.echo(f"{folder} is yours. Next:")
    typer.echo(f"  tertulia content check {folder}")
    typer.echo(f"  tertulia content play {scenario} {lang} {native} --content {into}")
    typer.echo(f"  TUTOR_CONTENT_DIR={into.resolve()} tertulia chat")


@content.command()
def sheet(scenario: str, language: str, native: Spoken = "en", root: Root = SHIPPED) -> None:
    """Print what an outside writer of answers may see: no templates."""
    _echo(sheet_of(_scene(root, scenario, language, native)))


@content.command()
def schema(into: Annotated[Path, typer.Option()] = Path("docs/schema")) -> None:
    """Write JSON Schemas of the content files, for editors."""
    _echo(map(str, schemas.write(into)))


def _loaded(folder: Path) -> Library:
    """Read one scene, saying on standard error what keeps it from being used."""
    library = Library.load(folder)
    for problem in library.problems:
        if problem.fatal:
            typer.echo(str(problem), err=True)
    return library


def _scene(root: Path, scenario: str, language: str | None, native: str) -> Scene:
    """Return a scene of a folder; without a language in the first that is taught to these natives; or give up."""
    library = _loaded(root / (Path(scenario).name or "-"))
    packs = library.packs()
    glossed = [pack for pack in packs if native in library.natives(*pack)]
    wanted = [pack for pack in packs if pack[1] == language] if language else [*glossed, *packs]
    if not wanted:
        _give_up(f"no scenario {scenario!r} in {language or 'any language'}; there are {_offered(root)}")
    return library.scene(*wanted[0], native)


def _offered(root: Path) -> str:
    return ", ".join(sorted(path.name for path in scene_folders(root))) or "none"


def _typed() -> Iterator[str]:
    """Yield the lines that are typed, as long as there are any."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _give_up(line: str) -> NoReturn:
    typer.echo(line, err=True)
    raise typer.Exit(FAILED)
