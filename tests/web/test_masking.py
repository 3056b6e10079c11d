from __future__ import annotations

import pytest

from casework.domain.application import ApplicantType
from casework.web import masking


@pytest.mark.parametrize(
    ("name", "shown"),
    [("林秀珍", "林＊珍"), ("钱进", "钱＊"), ("欧阳明珠", "欧＊＊珠"), ("甲", "甲"), ("", "")],
)
def test_a_persons_name_keeps_its_ends(name: str, shown: str) -> None:
    assert masking.masked_name(name, ApplicantType.NATURAL_PERSON) == shown


def test_an_organisations_name_is_no_personal_data() -> None:
    name = "青沅宏远置业有限公司"
    assert masking.masked_name(name, ApplicantType.COMPANY) == name


@pytest.mark.parametrize(
    ("function", "text", "shown"),
    [
        (masking.masked_number, "51000019850312001X", "5100**********001X"),
        (masking.masked_number, "E1234567", "E*******"),
        (masking.masked_number, "", ""),
        (masking.masked_phone, "13812342217", "138****2217"),
        (masking.masked_phone, "0735-2861234", "0735-286****"),
        (masking.masked_phone, "861234", "******"),
        (masking.masked_address, "青沅市临江区文昌路88号", "青沅市临江区＊＊＊＊"),
        (masking.masked_address, "青沅市", "青沅市"),
        (masking.masked_email, "gao@example.cn", "g****@example.cn"),
        (masking.masked_email, "gao", "***"),
    ],
)
def test_numbers_and_addresses_keep_just_enough(function, text: str, shown: str) -> None:
    assert function(text) == shown
