"""What stood in the place of a redaction is found by the words around it, or said not to be found."""

import pytest

from roots.pii_reveal import between


@pytest.mark.parametrize(
    ("text", "before", "after", "held"),
    [
        ("Piga 0712 345 678 leo.", "Piga ", " leo.", "0712 345 678"),
        ("Piga\u00a00712 345 678\n\nleo.", "Piga ", " leo.", "0712 345 678"),
        ("juma@mfano.co.tz", "", "", "juma@mfano.co.tz"),
        ("لرقم: ٠٧١٢٣٤٥٦٧٨ شكرا", "لرقم: ", " شكرا", "٠٧١٢٣٤٥٦٧٨"),
        ("请电13800138000。", "请电", "。", "13800138000"),
        ("Piga a@b.tz, c@d.tz leo", "Piga PI:EMAIL, ", " leo", "c@d.tz"),
        ("Piga a leo. Piga b leo.", "Piga ", " leo.", None),
        ("a@b.tzc@d.tz", "PI:EMAIL", "PI:EMAIL", None),
        ("nothing of this", "Piga ", " leo", None),
    ],
)
def test_between(text: str, before: str, after: str, held: str | None) -> None:
    assert between(text, before, after) == held
