"""What all tests share."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The wheel test takes longest and runs alone: first, so that the other worker has the rest meanwhile."""
    items.sort(key=lambda item: "test_wheel" not in item.nodeid)
