"""Every button has a meaning, and no data from outside can break the search for it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.buttons import MEANINGS, _move, _stale
from bot.views.callbacks import PRESSES


def test_every_kind_of_button_has_a_meaning() -> None:
    assert set(MEANINGS) == set(PRESSES)


def rubbish() -> st.SearchStrategy[str]:
    words = st.sampled_from([kind.WORD for kind in PRESSES])
    values = st.lists(st.integers().map(str) | st.text(max_size=10), max_size=4)
    return st.builds(lambda word, rest: ":".join([word, *rest]), words, values)


@given(st.none() | st.text(st.characters(), max_size=80) | rubbish())
def test_any_data_leads_to_a_use_case_and_a_view(data: str | None) -> None:
    use_case, details, view = _move(data)

    assert callable(use_case)
    assert callable(view)
    assert all(isinstance(detail, str | int) or callable(detail) for detail in details)


@given(st.text(st.characters(categories=["Cs", "Cc", "Ll"]), max_size=40))
def test_what_is_understood_holds_no_half_characters(data: str) -> None:
    _use_case, details, _view = _move(f"play:{data}")

    assert all(b"\x00" not in detail.encode() for detail in strings(details))


def strings(details: tuple[Any, ...]) -> list[str]:
    return [detail for detail in details if isinstance(detail, str)]


def test_data_of_no_button_is_stale() -> None:
    for data in (None, "", "nobody", *(f"{kind.WORD}:x:y:z:w" for kind in PRESSES)):
        assert _move(data)[0] is _stale
