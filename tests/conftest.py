"""What many tests share: the folder of shared texts and golden values, skipped by name where it is absent."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project with golden values and open texts."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there: golden values and shared texts are not tested")
    return SHARED
