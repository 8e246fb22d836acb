"""Only what both engines can store travels to a server."""

from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import Invalid
from kb.store.parameters import check_parameters

integers = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
text = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.one_of(st.none(), st.booleans(), integers, floats, text)
lists = st.one_of(*(st.lists(kind) for kind in (st.booleans(), integers, floats, text)))
maps = st.dictionaries(text, st.one_of(scalars, lists))
rows = st.recursive(maps, lambda inner: st.dictionaries(text, st.lists(inner)), max_leaves=20)


class Channel(StrEnum):
    EMAIL = "email"


@settings(max_examples=30, deadline=None)
@given(st.lists(rows, max_size=5))
def test_rows_of_maps_scalars_and_plain_lists_pass(batch: list[dict[str, object]]) -> None:
    check_parameters({"rows": batch})


def test_an_enumeration_of_text_and_a_tuple_pass() -> None:
    check_parameters({"channel": Channel.EMAIL, "channels": (Channel.EMAIL, "chat")})


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"a": object()}, "a: "),
        ({"rows": [{"id": "x"}, {"id": "y", "tags": ["t", 1]}]}, "rows[1].tags: "),
        ({"rows": [{"lines": [{"at": float("inf")}]}]}, "rows[0].lines[0].at: "),
        ({"ids": ["a", "\udfff"]}, "ids[1]: "),
        ({"matrix": [[1], [2]]}, "matrix: "),
        ({"set": {1, 2}}, "set: "),
    ],
)
def test_the_place_of_what_cannot_be_stored_is_named(params: dict[str, object], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_parameters(params)
    assert str(refused.value).startswith(place)


@pytest.mark.parametrize(
    "params",
    [
        {"rows": [{"text": "x" * 1_000_000}] * 63},
        {"rows": [{"text": "客" * 400_000}] * 53},
        {"ids": [1] * 1_000_001},
        {"text": "x" * (16 * 2**20 + 1)},
    ],
    ids=["ascii rows", "chinese rows", "ids", "one text"],
)
def test_what_the_server_would_never_answer_is_refused(params: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="too"):
        check_parameters(params)
