"""How large clusters are, by method: counted rightly, also when the rows are taken in parts."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipelines import storage, tables
from pipelines.task import manifest_of
from roots.folders import FolderError
from roots.panels import cluster_sizes as sizes


def clusters(work: Path, columns: dict[str, list[int]], rows: int) -> str:
    """Write a table of clusters in a work folder."""
    path = storage.join(str(work), "dedup", "clusters", "clusters.key.parquet")
    output = tables.write(path, pa.table({"row": list(range(len(next(iter(columns.values()))))), **columns}))
    storage.write_json(manifest_of(path), {"scope": "all", "rows": rows, "files": [output.record()]})
    return str(work)


@pytest.mark.parametrize("part", [1, 3, 1000])
def test_clusters_are_counted_by_size_and_method(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    monkeypatch.setattr(sizes, "PER_PART", part)
    # Three of the seven are one cluster for the first method; with the second it takes two more in, and two are new.
    work = clusters(tmp_path, {"exact": [0, 0, 0, 3, 4, 5, 6], "minhash": [0, 0, 0, 0, 0, 5, 5]}, rows=40)
    found = sizes.cluster_sizes(work)
    assert list(found.itertuples(index=False, name=None)) == [
        ("exact", "3", 1, 3),
        ("minhash, with exact", "2", 1, 2),
        ("minhash, with exact", "5", 1, 5),
    ]


def test_large_clusters_stand_together(tmp_path: Path) -> None:
    labels = [0] * 6 + [6] * 10 + [16] * 101 + [117] * 1500
    found = sizes.cluster_sizes(clusters(tmp_path, {"minhash": labels}, rows=len(labels)))
    assert found[["size", "clusters", "documents"]].values.tolist() == [
        ["6 to 10", 2, 16],
        ["101 to 1,000", 1, 101],
        ["over 1,000", 1, 1500],
    ]


def test_the_chart_has_a_bar_for_each_size(tmp_path: Path) -> None:
    found = sizes.cluster_sizes(clusters(tmp_path, {"exact": [0, 0], "minhash": [0, 0]}, rows=2))
    drawn = sizes.chart(found).to_dict()
    [values] = drawn["datasets"].values()
    assert [row["method"] for row in values] == ["exact", "minhash, with exact"]
    assert drawn["encoding"]["y"]["title"] == "clusters"


def test_without_clusters_the_table_is_empty(tmp_path: Path) -> None:
    found = sizes.cluster_sizes(clusters(tmp_path, {"minhash": [0, 1]}, rows=2))
    assert found.empty
    assert tuple(found.columns) == sizes.COLUMNS


def test_a_folder_in_which_no_copies_were_looked_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="no copies were looked for"):
        sizes.cluster_sizes(str(tmp_path))
