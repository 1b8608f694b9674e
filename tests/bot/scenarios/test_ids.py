"""Ids are carried by buttons, whose data holds 64 bytes."""

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.scenarios.model import LONGEST_ID, Id
from bot.views.practice_presses import Drill, Swap
from bot.views.reply import MAX_CALLBACK_BYTES
from bot.views.scene_presses import Play, PlayAnew

IDS = TypeAdapter(Id)


@pytest.mark.parametrize("kind", [Play, PlayAnew, Swap, Drill])
def test_the_longest_id_fits_into_a_button(kind: type[Play]) -> None:
    longest = IDS.validate_python("a" * LONGEST_ID)
    assert len(kind(longest).encode()) <= MAX_CALLBACK_BYTES
    with pytest.raises(ValidationError):
        IDS.validate_python(longest + "a")
