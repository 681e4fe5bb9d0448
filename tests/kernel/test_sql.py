"""The loader of named statements."""

import pytest

from registry.kernel.db import sql


def test_a_file_is_cut_at_its_names() -> None:
    text = "-- About.\n\n-- name: a\n-- Why?\nselect 1;\n\n--name:b_2\n-- X\nselect ';' -- end\n"
    found = sql.parse(text, "x.sql")
    assert found == {"a": "-- Why?\nselect 1", "b_2": "-- X\nselect ';' -- end"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("select 1;\n-- name: a\nselect 1", "before the first"),
        ("-- name: Two words\nselect 1", "no statement name"),
        ("-- name: a\nselect 1;\n-- name: a\nselect 2", "stands twice"),
        ("-- name: a\n-- nothing\n\n", "is empty"),
    ],
)
def test_a_doubtful_file_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        sql.parse(text, "x.sql")


def test_an_unknown_name_says_where_it_was_sought() -> None:
    found = sql.queries("kernel")
    assert len(found) == len(list(found))
    with pytest.raises(KeyError, match=r"nothing_like_it.*kernel\.sql"):
        found["nothing_like_it"]
    with pytest.raises(FileNotFoundError):
        sql.queries("no_such_feature")


def test_the_folder_holds_what_the_program_needs() -> None:
    assert (sql.folder() / "migrations").is_dir()
    assert (sql.folder() / "roles.sql").is_file()
