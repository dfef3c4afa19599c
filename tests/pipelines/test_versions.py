"""The version of a stage counts up when its output changes: the same version must give the same tables.

When this fails, the change alters corpora. After a change of code count up the VERSION of the stage and put the new
digest beside it; after a change of thresholds, which are part of a ledger's name, put the new digest. Either way say
so in CHANGELOG.md. Word lists are pinned here.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog.entry import load
from filters.signing import METHODS, Signing
from lang_params.params import default, load_all
from pipelines import curate, dedup, judge, tables
from pipelines.config import Config
from pipelines.run import Runtime
from pipelines.search import Settings
from pipelines.shards import shards_of

CURATE = {
    1: {"documents": "7949e64f1f3e20e4", "measures": "26f32b8585be16cc", "signatures": "1b935aa37b5fa727"},
    2: {"documents": "7949e64f1f3e20e4", "measures": "b12d4c5ea640bb73", "signatures": "1b935aa37b5fa727"},
    3: {"documents": "7949e64f1f3e20e4", "measures": "17d1a3cf775c3973", "signatures": "1b935aa37b5fa727"},
    4: {"documents": "5c7d3a239c102bed", "measures": "dc68a8d67ddb4668", "signatures": "734805d7188368fb"},
    5: {"documents": "bfe94e025469b0ff", "measures": "cec302deffc48cf4", "signatures": "d97c5957c696b30b"},
}
"""From version 5 on of these records, with all methods; before of fewer, and up to version 3 with MinHash alone."""

DEDUP = {2: "0153f99c0a4bd84f"}
JUDGE = {4: "ca6d341a34281f38"}

ENGLISH = (
    "All human beings are born free and equal in dignity and rights, and they are endowed with reason and conscience, "
    "and should act towards one another in a spirit of brotherhood"
)
RECORDS: list[dict[str, Any]] = [
    {"id": "yo", "lang": "yo", "text": "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. " * 2},
    {"id": "en", "lang": "en", "text": "All human beings are born free and equal in dignity and rights.\n\nwww.un.org"},
    {"id": "en-2", "lang": "en", "text": f"{ENGLISH}. Yes."},
    {
        "id": "zhs",
        "lang": "zhs",
        "text": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    },
    {"id": "hi", "lang": "hi", "text": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।"},
    {
        "id": "mail",
        "lang": "fr",
        "text": "Écrivez à jean@exemple.fr ou à @jean_luc, depuis 192.168.17.42 s'il vous plaît.",
    },
    {
        "id": "numbers",
        "lang": "sw",
        "text": "Piga simu +255 22 212 3456 au 022 212 3456; kadi 4111 1111 1111 1111, "
        "akaunti GB82 WEST 1234 5698 7654 32.",
        "tel": "+255222123456",
    },
    {"id": "en-3", "lang": "en", "text": f"{ENGLISH}! No."},
    {"id": "none", "text": "Alle Menschen sind frei und gleich an Würde und Rechten geboren."},
    {"id": "empty", "lang": "ar", "text": ""},
]


def digest(rows: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True, default=bytes.hex).encode()).hexdigest()[
        :16
    ]


def test_the_same_version_gives_the_same_tables(source: Callable[..., Path], memory: str) -> None:
    words = frozenset({"ni", "and", "in", "of", "are", "की", "的", "ou"})
    pinned = {code: replace(params, stopwords=words, flagged_words=frozenset()) for code, params in load_all().items()}
    config = Config("fixed", pinned, default(), Signing(METHODS))
    entry = load(source("one", RECORDS, languages=["yo", "en"], cleaning=["filter_remove_empty_docs"]))
    shards = shards_of(curate.curate(memory, [entry], config, Runtime()))
    curated = {table: digest(tables.read(shards[0].path(memory, table)).to_pylist()) for table in tables.TABLES}
    assert curated == CURATE[curate.VERSION]
    clusters = dedup.dedup(memory, shards, Settings(verify=0.5, signing=config.signing), Runtime())
    assert digest(tables.read(clusters).to_pylist()) == DEDUP[dedup.VERSION]
    judged = judge.judge(memory, shards, config, Runtime(), inputs=judge.Inputs(clusters))
    assert digest(tables.read(judged[0].ledger).to_pylist()) == JUDGE[judge.VERSION]
