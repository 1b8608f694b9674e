"""The promise about memory is in MB, and the kernel counts in KiB."""

from tests.bench.crowd import verdict


def test_the_limit_is_a_hundred_and_fifty_million_bytes() -> None:
    assert "kept" in verdict(10, 150_000_000 // 1024)
    assert "MISSED" in verdict(10, 150_000_000 // 1024 + 1)
