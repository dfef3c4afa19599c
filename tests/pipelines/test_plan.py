"""What a phase may use of a worker's memory is what its libraries leave."""

from pipelines.plan import BASE, room


def test_the_room_for_data_is_what_libraries_leave() -> None:
    assert room(2_000_000_000) == 2_000_000_000 - BASE
