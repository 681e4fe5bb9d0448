"""Built assets: hashed names, encodings, size, licences; the switch for large type."""

import gzip
import json
from pathlib import Path

import pytest

from registry.kernel.http import assets, static

FIRST_PAGE_KB = 100


def test_names_carry_a_hash_of_the_content() -> None:
    for name, hashed in assets.manifest().files.items():
        stem, _, ending = name.partition(".")
        assert hashed.startswith(f"{stem}.")
        assert hashed.endswith(f".{ending}")
        assert assets.url(name) == f"/static/{hashed}"
    with pytest.raises(KeyError):
        assets.url("nothing.css")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", None),
        ("gzip, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("BR", "br"),
        ("deflate", None),
    ],
)
def test_the_best_encoding_that_is_accepted(accepted: str, encoding: str | None) -> None:
    found = assets.find(assets.manifest().files["app.css"], accepted)
    assert found is not None
    assert (found.encoding, found.media_type) == (encoding, "text/css")


def test_encodings_hold_the_same_bytes() -> None:
    hashed = assets.manifest().files["app.js"]
    plain, packed = assets.find(hashed), assets.find(hashed, "gzip")
    assert plain is not None
    assert packed is not None
    assert gzip.decompress(packed.body) == plain.body


@pytest.mark.parametrize("name", ["app.css", "manifest.json", "../settings.py", "LICENSES.txt"])
def test_only_listed_files_are_served(name: str) -> None:
    assert assets.find(name) is None


def test_the_first_page_is_light() -> None:
    sizes = [(assets.folder() / f"{name}.gz").stat().st_size for name in assets.manifest().files.values()]
    assert sum(sizes) < FIRST_PAGE_KB * 1000 * 3 // 4  # a quarter is left for the page itself


def test_nothing_of_the_original_look_is_left() -> None:
    css = (assets.folder() / assets.manifest().files["app.css"]).read_text()
    for trace in ("GDS Transport", "crown", "@font-face", "url(http"):
        assert trace not in css


def test_licences_stand_beside_what_was_bundled() -> None:
    text = (assets.folder() / "LICENSES.txt").read_text()
    assert "govuk-frontend 6.3.0 (MIT)" in text
    assert "htmx.org 4.0.1" in text


def test_missing_assets_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "folder", lambda: tmp_path)
    assets.manifest.cache_clear()
    with pytest.raises(FileNotFoundError, match="make assets"):
        assets.manifest()
    (tmp_path / "manifest.json").write_text(json.dumps({"sources": "x", "files": {}}))
    assert assets.manifest().files == {}
    assets.manifest.cache_clear()


@pytest.mark.parametrize(
    ("back", "path"),
    [
        ("/a?b=1", "/a?b=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil", "/"),
        ("/a\n", "/"),
    ],
)
def test_the_switch_leads_only_inside(back: str, path: str) -> None:
    assert static.local_path(back) == path
