"""The funnel as a table has every document once."""

import pytest

from roots.inspect import Corpus, InspectError
from tests.measured import Measured

pytestmark = pytest.mark.usefixtures("shared_cache")


@pytest.mark.parametrize("by", ["lang", "source"])
def test_causes_and_what_is_kept_add_up_to_what_came_in(looked_at: Measured, by: str) -> None:
    found = Corpus(looked_at.work).funnel(by)
    assert found["in"].sum() == sum(shard.rows for shard in looked_at.shards)
    causes = found.columns[list(found.columns).index("in") + 1 : list(found.columns).index("kept")]
    assert {"error:read", "policy:tdm-reservation:1", "stopwords", "duplicate"} <= set(causes)
    assert (found[list(causes)].sum(axis=1) + found["kept"] == found["in"]).all()
    assert (found["kept_share"] == found["kept"] / found["in"]).all()
    assert found["bytes"].sum() == sum(shard.bytes for shard in looked_at.shards)
    assert (found["kept_bytes"] <= found["bytes"]).all()


def test_languages_have_names_and_the_unknown_one_comes_last(looked_at: Measured) -> None:
    found = Corpus(looked_at.work).funnel()
    assert found["lang"].tolist()[:-1] == ["ar", "de", "fon", "hi", "yo", "zhs"]
    assert found["lang"].isna().tolist() == [False] * 6 + [True]
    assert found["language"].tolist()[:3] == ["Arabic", "", "Fon"]
    assert Corpus(looked_at.work).funnel(by="source")["source"].tolist() == ["books", "crawl", "handbooks", "oscar"]


def test_other_rows_are_refused(looked_at: Measured) -> None:
    with pytest.raises(InspectError, match="by = 'family': allowed are lang and source"):
        Corpus(looked_at.work).funnel("family")
