"""The kernel of changes writes texts one after the other; that they are right is tested in tests/filters/test_batch."""

import numpy as np

from filters.kernels.changes import ANY, change_all, dropping
from filters.kernels.compiled import constant
from filters.kernels.tables import code_points, replacements
from lang_params.params import Setting

OFF = Setting(enabled=False, max=3, substrings=("//",))


def test_what_is_dropped() -> None:
    found = dropping(Setting(substrings=("http", "é")), Setting(max=25))
    assert found.substrings.tobytes().decode() == "httpé"
    assert found.starts.tolist() == [0, 4, 6]
    assert np.flatnonzero(found.first).tolist() == [ord("h"), "é".encode()[0]]
    assert (found.joins, found.most, found.all) == (True, 25, False)
    assert dropping(Setting(substrings=("",)), OFF).all
    assert (dropping(OFF, OFF).joins, dropping(OFF, OFF).most) == (False, ANY)
    assert dropping(OFF, OFF).starts.tolist() == [0]
    assert (dropping(OFF, Setting(max=None)).joins, dropping(OFF, Setting(max=None)).most) == (True, ANY)


def test_texts_stand_one_after_the_other() -> None:
    data = constant(np.frombuffer("skipped a  bx//c \n(d) é\u2028".encode(), np.uint8))
    offsets = constant(np.array([7, 12, 12, len(data)], np.int32))
    out, ends = np.zeros(len(data), np.uint8), np.zeros(4, np.int32)
    new = replacements(whitespace=True, punctuation=False)
    change_all(
        data, offsets, code_points().kinds, new, dropping(Setting(substrings=("//",)), Setting(max=9)), out, ends
    )
    assert out[: ends[-1]].tobytes().decode() == "a b(d) é"
    assert ends.tolist() == [0, 3, 3, 9]
