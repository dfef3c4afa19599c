"""What labels say of filters: plain counts where all is known, no number where labels are few, intervals else."""

import numpy as np
import pytest

from pipelines.verdict import ORDER
from roots.audit.draw import allocate
from roots.audit.record import KEPT, Stratum
from roots.audit.results import CHAIN, Row, results


def strata(**sizes: tuple[int, int]) -> dict[str, Stratum]:
    """Strata of so many documents, of which so many were drawn; ids name their stratum."""
    return {name: Stratum(size, tuple(f"{name}-{n}" for n in range(drawn))) for name, (size, drawn) in sizes.items()}


def labels(**said: str) -> dict[str, str]:
    """Labels by stratum, a letter each: g, b, u, or - for none."""
    words = {"g": "good", "b": "bad", "u": "unsure"}
    return {f"{name}-{n}": words[each] for name, row in said.items() for n, each in enumerate(row) if each != "-"}


def still(given: dict[str, Stratum]) -> dict[str, str]:
    """Verdicts that are those of the strata as drawn."""
    return {id: name for name, stratum in given.items() for id in stratum.ids}


def sizes(given: dict[str, Stratum]) -> dict[str, int]:
    return {name: stratum.documents for name, stratum in given.items()}


def of(given: dict[str, Stratum], said: dict[str, str], now: dict[str, str] | None = None) -> dict[str, Row]:
    """The rows by name, the chain and the kept among them."""
    found = results(given, said, still(given) if now is None else now, sizes(given))
    return {row.name: row for row in [*found.rows, *found.others, found.chain, found.kept]}


def test_where_every_document_has_a_label_numbers_are_plain_counts() -> None:
    given = strata(kept=(6, 6), stopwords=(5, 5), language_id=(3, 3))
    found = of(given, labels(kept="ggggbg", stopwords="bbbgb", language_id="bgg"))
    assert found["stopwords"].precision == (0.8, 0.8, 0.8)
    assert found["stopwords"].recall == (0.666667, 0.666667, 0.666667)
    assert found["language_id"].precision == (0.333333, 0.333333, 0.333333)
    assert found[CHAIN].precision == (0.625, 0.625, 0.625)
    assert found[CHAIN].recall == (0.833333, 0.833333, 0.833333)
    assert found[KEPT].precision == (0.166667, 0.166667, 0.166667)
    assert (found[CHAIN].documents, found[CHAIN].labels, found[CHAIN].bad) == (8, 8, 5)


def test_a_label_stands_for_as_many_documents_as_its_stratum_has_for_each() -> None:
    given = strata(kept=(1000, 20), stopwords=(100, 20))
    found = results(given, labels(kept="b" + 19 * "g", stopwords=10 * "b" + 10 * "g"), still(given), sizes(given))
    assert found.kept.precision is not None
    assert found.chain.recall is not None
    assert found.lost is not None
    assert found.lost_share is not None
    assert found.kept.precision[0] == 0.05
    assert found.chain.recall[0] == 0.5  # 50 of 100 dropped, 50 of 1000 kept
    assert found.lost[0] == 50
    assert found.lost_share[0] == 0.05  # 50 of 1000 good ones
    for _, low, high in (found.chain.recall, found.lost_share):
        assert low < high
    assert (found.good, found.bad, found.left) == (29, 11, 0)


def test_unsure_and_missing_labels_are_as_if_the_document_had_not_been_drawn() -> None:
    given = strata(kept=(1000, 24), stopwords=(100, 24))
    some = labels(kept="b" + 19 * "g" + "u--u", stopwords="uu--" + 10 * "b" + 10 * "g")
    fewer = strata(kept=(1000, 20), stopwords=(100, 20))
    plain = labels(kept="b" + 19 * "g", stopwords=10 * "b" + 10 * "g")
    assert of(given, some) == of(fewer, plain)


def test_few_labels_give_no_number_and_say_why() -> None:
    given = strata(kept=(1000, 20), stopwords=(100, 20), language_id=(50, 20))
    found = of(given, labels(kept=20 * "g", stopwords=20 * "b", language_id="bbbb"))
    assert found["language_id"].precision is None
    assert found["language_id"].why == "not enough labels: 4 of 5"
    assert found["stopwords"].precision is not None
    assert found["stopwords"].recall is None
    assert found["stopwords"].why == "not enough labels: language_id has 4, and 5 are needed"
    assert found[CHAIN].precision is None
    assert found[CHAIN].recall is None
    few = of(strata(kept=(1000, 20), stopwords=(100, 20)), labels(kept=20 * "g", stopwords="bb" + 18 * "g"))
    assert few[CHAIN].why == "not enough bad documents for recall: 2 of 5"
    assert few[CHAIN].precision is not None


def test_where_nothing_is_dropped_or_nothing_is_bad() -> None:
    only = of(strata(kept=(6, 6)), labels(kept="ggbggg"))
    assert set(only) == {KEPT, CHAIN}
    assert (only[CHAIN].why, only[CHAIN].precision) == ("it drops nothing", None)
    good = of(strata(kept=(6, 6), stopwords=(5, 5)), labels(kept=6 * "g", stopwords=5 * "g"))
    assert good["stopwords"].precision == (0, 0, 0)
    assert good["stopwords"].why == "no document is bad"
    assert of(strata(kept=(6, 6), stopwords=(5, 5)), {})[CHAIN].precision is None


def test_verdicts_that_changed_since_count_as_they_are_now() -> None:
    given = strata(kept=(10, 10), stopwords=(10, 10))
    said = labels(kept=10 * "g", stopwords=6 * "b" + 4 * "g")
    now = still(given) | {f"stopwords-{n}": KEPT for n in (6, 7, 8, 9)}
    found = of(given, said, now)
    assert found["stopwords"].precision == (1, 1, 1)
    assert found[KEPT].precision is not None
    assert (found[KEPT].labels, found[KEPT].precision[0]) == (14, 0)
    gone = {id: verdict for id, verdict in now.items() if id != "kept-0"} | {"kept-1": "duplicate"}
    left = results(given, said, gone, sizes(given))
    assert (left.left, left.kept.labels) == (2, 12)


def test_other_causes_have_a_share_of_bad_ones_and_no_part_in_the_chain() -> None:
    given = strata(kept=(10, 10), stopwords=(10, 10), duplicate=(10, 10))
    said = labels(kept=10 * "g", stopwords=10 * "b", duplicate=5 * "b" + 5 * "g")
    found = results(given, said, still(given), sizes(given))
    assert [(row.name, row.precision) for row in found.others] == [("duplicate", (0.5, 0.5, 0.5))]
    assert found.chain.recall == (1, 1, 1)
    assert (found.good, found.bad, found.left) == (10, 10, 0)


def test_what_was_seen_is_sure() -> None:
    found = of(strata(kept=(20, 10)), labels(kept="bb" + 8 * "g"))[KEPT].precision
    assert found is not None
    assert (found[1], found[2]) >= (0.1, 0)
    assert found[2] <= 0.6


@pytest.mark.parametrize(
    "shares",
    [
        {KEPT: 0.03, "stopwords": 0.9, "language_id": 0.97, "number_words": 0.5},
        {KEPT: 0.3, "stopwords": 0.2, "language_id": 1.0, "number_words": 0.0},
    ],
)
def test_simulated_speakers_find_the_truth_in_the_intervals_of_an_audit(shares: dict[str, float]) -> None:
    """The whole way from the sizes of strata over their allocation to the numbers that are printed."""
    population = {KEPT: 8_000, "stopwords": 900, "language_id": 150, "number_words": 12}
    bad = {name: round(size * shares[name]) for name, size in population.items()}
    shown = allocate(population, 200)
    given = strata(**{name: (size, shown[name]) for name, size in population.items()})
    now, random = still(given), np.random.default_rng(11)
    dropped = [name for name in population if name in ORDER]
    truths = {
        "precision": sum(bad[name] for name in dropped) / sum(population[name] for name in dropped),
        "recall": sum(bad[name] for name in dropped) / sum(bad.values()),
        "stopwords": bad["stopwords"] / population["stopwords"],
        "recall of stopwords": bad["stopwords"] / sum(bad.values()),
        "kept": bad[KEPT] / population[KEPT],
        "lost": sum(population[name] - bad[name] for name in dropped),
    }
    hits = dict.fromkeys(truths, 0)
    draws = 500
    for _ in range(draws):
        said = {}
        for name, size in population.items():
            ill = int(random.hypergeometric(bad[name], size - bad[name], shown[name]))
            said |= {f"{name}-{n}": "bad" if n < ill else "good" for n in range(shown[name])}
        found = results(given, said, now, population)
        rows = {row.name: row for row in found.rows}
        numbers = {
            "precision": found.chain.precision,
            "recall": found.chain.recall,
            "stopwords": rows["stopwords"].precision,
            "recall of stopwords": rows["stopwords"].recall,
            "kept": found.kept.precision,
            "lost": found.lost,
        }
        for what, number in numbers.items():
            assert number is not None
            hits[what] += number[1] - 1e-6 <= truths[what] <= number[2] + 1e-6
    # Of 500 draws at 95 % fewer than 460 come about once in a thousand times (binomial: 475, standard deviation 4.9).
    assert {what: count for what, count in hits.items() if count < 460} == {}


def test_intervals_hold_the_truth_where_a_limit_changed_after_the_sheet_was_drawn() -> None:
    """Of 900 documents that a filter dropped it keeps 360 now, some of them bad: what the labels say is of now."""
    random, sizes_, shown = np.random.default_rng(5), {KEPT: 8_000, "stopwords": 900}, 100
    freed = [("kept", place < 324) for place in range(360)]
    held = freed + [("stopwords", place < 486) for place in range(540)]
    bad = {KEPT: 240 + 324, "stopwords": 486}
    truths = {"precision": 0.9, "recall": 486 / sum(bad.values()), "kept": bad[KEPT] / 8_360}
    hits, draws = dict.fromkeys(truths, 0), 400
    for _ in range(draws):
        kept, dropped = (random.choice(size, shown, replace=False).tolist() for size in sizes_.values())
        given = {
            KEPT: Stratum(8_000, tuple(f"k{place}" for place in kept)),
            "stopwords": Stratum(900, tuple(f"s{place}" for place in dropped)),
        }
        said = {f"k{place}": "bad" if place < 240 else "good" for place in kept}
        said |= {f"s{place}": "bad" if held[place][1] else "good" for place in dropped}
        now = {f"k{place}": KEPT for place in kept} | {f"s{place}": held[place][0] for place in dropped}
        found = results(given, said, now, {KEPT: 8_360, "stopwords": 540})
        numbers = {"precision": found.rows[0].precision, "recall": found.rows[0].recall, "kept": found.kept.precision}
        for what, number in numbers.items():
            assert number is not None
            hits[what] += number[1] - 1e-6 <= truths[what] <= number[2] + 1e-6
    # At 93 % of 400, 372, fewer than 357 come about once in a thousand times (standard deviation 5.1).
    assert {what: count for what, count in hits.items() if count < 357} == {}
