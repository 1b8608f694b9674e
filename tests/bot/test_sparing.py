"""Modules are kept away while others load, and only then; threads share one heap where they can."""

import importlib
import os
import sys
from types import SimpleNamespace

import pytest

from bot import sparing
from bot.sparing import without


def test_a_module_that_is_kept_away_is_not_found_and_is_there_again_afterwards() -> None:
    with without("this"), pytest.raises(ImportError):
        importlib.import_module("this")

    assert "this" not in sys.modules


def test_a_module_that_is_there_already_stays() -> None:
    with without("json"):
        assert importlib.import_module("json") is sys.modules["json"]

    assert sys.modules["json"] is not None


@pytest.mark.skipif(
    "CS_GNU_LIBC_VERSION" not in getattr(os, "confstr_names", ()), reason="the C library is another one"
)
def test_threads_share_one_heap_where_the_c_library_is_gnus() -> None:
    assert sparing.share_one_heap()


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparing, "CDLL", lambda _: SimpleNamespace())

    assert not sparing.share_one_heap()


def test_another_system_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert not sparing.share_one_heap()
