"""Modules are kept away while others load, and only then."""

import importlib
import sys

import pytest

from bot.sparing import without


def test_a_module_that_is_kept_away_is_not_found_and_is_there_again_afterwards() -> None:
    with without("this"), pytest.raises(ImportError):
        importlib.import_module("this")

    assert "this" not in sys.modules


def test_a_module_that_is_there_already_stays() -> None:
    with without("json"):
        assert importlib.import_module("json") is sys.modules["json"]

    assert sys.modules["json"] is not None
