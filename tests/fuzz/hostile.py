"""Requests that mean harm, always the same ones: bodies by kind, headers, addresses."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator
from typing import TypeAlias

Named: TypeAlias = tuple[str, bytes]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "hostile"
MEGABYTE = 1_000_000


def json_bodies() -> Iterator[Named]:
    """Sent as application/json."""
    yield "arrays 100,000 deep", b"[" * 100_000
    yield "closed arrays 100,000 deep", b"[" * 100_000 + b"]" * 100_000
    yield "objects 100,000 deep", b'{"a":' * 100_000
    yield "closed objects 900 deep", b'{"a":' * 900 + b"1" + b"}" * 900
    yield "rows 900 deep", b'{"rows":' + b"[" * 900 + b"]" * 900 + b"}"
    for text in (
        "",
        " ",
        "null",
        "true",
        "0",
        '""',
        "[]",
        "{}",
        "[{}]",
        "{",
        '{"a":',
        '{"a":1,}',
        "{'a':1}",
        "//",
    ):
        yield f"text {text!r}", text.encode()
    yield "no UTF-8", b'{"name":"\xff\xfe"}'
    yield "overlong UTF-8", b'{"name":"\xc0\xaf"}'
    yield "UTF-8 of a surrogate", b'{"name":"\xed\xa0\x80"}'
    yield "cut UTF-8", b'{"name":"\xe6\x9d'
    yield "BOM", b"\xef\xbb\xbf{}"
    for encoding in ("utf-16", "utf-32", "gbk"):
        yield encoding, '{"name":"示例"}'.encode(encoding)
    yield "NUL", b"\x00"
    yield "NUL in a name", b'{"na\x00me":1}'
    yield "escaped NUL", b'{"name":"\\u0000"}'
    yield "lone surrogate", b'{"name":"\\ud800","\\udfff":1}'
    yield "turned surrogates", b'{"name":"\\udfff\\ud800"}'
    for number in (
        "1e400",
        "-1e400",
        "1e-400",
        "1e99999999999",
        "NaN",
        "-Infinity",
        "01",
        "0x1",
        "1e",
        ".5",
        "1_0",
    ):
        yield f"number {number}", b'{"rows":[{"gross":%b}],"gross":%b,"year":%b}' % ((number.encode(),) * 3)
    yield "number of 400,000 digits", b'{"gross":' + b"9" * 400_000 + b"}"
    yield "fraction of 400,000 digits", b'{"gross":0.' + b"9" * 400_000 + b"}"
    yield "text of 400,000 digits", b'{"gross":"' + b"9" * 400_000 + b'"}'
    yield "text of a huge exponent", b'{"gross":"1e999999999","net_kg":"9E+99999"}'
    yield "a name twice", b'{"name":"a","name":"b"}'
    yield "a name 60,000 times", b"{" + b'"name":1,' * 60_000 + b'"name":1}'
    yield "60,000 names", json.dumps(dict.fromkeys(map(str, range(60_000)), 0)).encode()
    yield "name of a megabyte", b'{"' + b"a" * (MEGABYTE - 20) + b'":1}'
    yield "text of a megabyte", b'{"name":"' + b"a" * (MEGABYTE - 20) + b'"}'
    yield "escaped text", b'{"name":"' + b"\\u0041" * 160_000 + b'"}'
    yield "400,000 numbers", b"[" + b"1," * 400_000 + b"1]"
    yield "a million numbers", b"[" + b"1," * MEGABYTE + b"1]"
    yield "300,000 rows", b'{"rows":[' + b"{}," * 300_000 + b"{}]}"
    yield "300,000 deliveries", b'{"deliveries":[' + b"{}," * 300_000 + b"{}]}"
    yield "a megabyte of blanks", b" " * MEGABYTE
    yield "more than ten megabytes", b" " * (10 * MEGABYTE + 1)
    for kind in ("null", "[]", "{}", '"\\u202e"', "1", "true", '["a"]'):
        names = (
            "name",
            "kind",
            "division_code",
            "village_code",
            "gross",
            "day",
            "contract_id",
            "rows",
            "overrides",
        )
        yield f"every field {kind}", ("{" + ",".join(f'"{name}":{kind}' for name in names) + "}").encode()
    generator = random.Random(9)
    for size in (1, 100, 10_000, 900_000):
        yield f"{size} bytes of noise", generator.randbytes(size)


def forms() -> Iterator[Named]:
    """Sent as application/x-www-form-urlencoded."""
    yield "100,000 fields", b"a=1&" * 100_000
    yield "100,000 names", "&".join(f"a{number}=1" for number in range(100_000)).encode()
    yield "19,000 rows", "&".join(f"rows-{number}-gross=1" for number in range(19_000)).encode()
    yield "far rows", "&".join(f"rows-{number * 5}-gross=x" for number in range(9_000)).encode()
    for piece in (
        b"&",
        b"=",
        b"%",
        b"+",
        b"%zz",
        b"%25",
        b"%00",
        b"%E4",
        b";",
        b"a&",
        b"=&",
        b"-=1&",
        b"%",
        b"a" * 999,
    ):
        yield f"nothing but {piece[:8]!r}", piece * (900_000 // len(piece))
    yield "no UTF-8", b"name=%ff%fe"
    yield "cut escape", b"name=%E"
    yield "raw bytes", b"name=\xe6\x9d\x91"
    yield "surrogate", b"name=%ED%A0%80"
    yield "NUL", b"name=%00&village_code=421303187236%00"
    yield "too deep a name", b"a-0-b-1-c-2-d-3-e-4=1"
    yield "a far row", b"rows-99999999999-gross=1&rows--1-gross=1"
    yield "a value and a group", b"rows=1&rows-0-gross=1"
    yield "a group and a value", b"rows-0-gross=1&rows=1"
    yield "digits of other scripts", "gross=１e400&day=٣&rows-٣-gross=1&household_id=𝟙".encode()
    yield "a token of a megabyte", b"csrf_token=" + b"%E4%BA%BA" * 100_000
    yield "a key of a megabyte", b"idempotency_key=" + b"a" * 900_000
    yield "a user of a megabyte", b"username=" + b"%F0%9F%92%A9" * 70_000 + b"&password=" + b"x" * 50_000
    yield "odd users", b"username=%00%0d%0a%F0%9F&username=admin&password=&password=x&code=" + b"9" * 9999
    yield "elsewhere", b"next=//other.example&back=https://other.example&next=%0d%0aset-cookie:x"


def multiparts() -> Iterator[Named]:
    """Sent as multipart/form-data."""
    part = b'--%b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' % BOUNDARY.encode()
    yield "10,000 parts", part * 10_000 + b"--" + BOUNDARY.encode() + b"--\r\n"
    yield "no end", part
    yield "no name", b"--" + BOUNDARY.encode() + b"\r\n\r\n\r\n" * 1000
    yield "long header of a part", b"--" + BOUNDARY.encode() + b"\r\n" + b"x: " + b"a" * 900_000


def tables() -> Iterator[Named]:
    """Sent to the imports as text/csv."""
    yield "zip bomb", packed("a.csv", b"0" * 50 * MEGABYTE)
    yield "zip of a zip bomb", packed("a.zip", packed("a.csv", b"0" * 50 * MEGABYTE))
    yield "xlsx bomb", packed("xl/worksheets/sheet1.xml", b"<c><v>1</v></c>" * MEGABYTE)
    yield "gzip bomb", gzip.compress(b"0" * 50 * MEGABYTE, mtime=0)
    yield "a million commas", b"," * MEGABYTE
    yield "a million lines", b"a\n" * MEGABYTE
    yield "one line of nine megabytes", b"a" * 9 * MEGABYTE
    yield "an open quote", b'a,"' + b"b\n" * 2 * MEGABYTE
    yield "quotes", b'"' * MEGABYTE
    yield "NUL", "村代码,户号\n\x00,\x00\n".encode()
    yield "many NUL", b"\x00" * MEGABYTE
    yield "UTF-16", "村代码,户号\n421303187236,1\n".encode("utf-16")
    yield "100,000 headings", ",".join(f"列{number}" for number in range(100_000)).encode()
    yield "a heading 100,000 times", ("户号," * 100_000).encode()
    yield "rows without cells", "村代码,户号,户主姓名\n".encode() + b",,\n" * 300_000
    yield "rows with too many cells", "村代码,户号,户主姓名\n".encode() + b"1,2,3,4,5\n" * 50_000
    yield "formulas", "村代码,户号,户主姓名\n=cmd|' /C calc'!A0,@SUM(1),+1\n".encode() * 100
    yield "huge numbers", "村代码,户号,户主姓名,承包地面积（亩）\n421303187236,1,示例,1e999999\n".encode()
    generator = random.Random(10)
    yield "noise", generator.randbytes(MEGABYTE)
    yield "nothing", b""


def packed(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def media_types() -> Iterator[list[tuple[bytes, bytes]]]:
    """Content-Type headers of a JSON body: none, wrong, twice, unreadable."""
    yield []
    for media in (
        "",
        "text/plain",
        "text/html",
        "application/json-seq",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/json; charset=utf-16",
        "application/json; charset=utf-8; charset=gbk",
        'application/json; charset="',
        "application/json, text/plain",
        "application/vnd.x+json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'b' * 9000}",
        "/",
        ";;;===",
        "application/json;" * 2000,
        "ä" * 5000,
    ):
        yield [(b"content-type", media.encode("latin-1"))]
    yield [(b"content-type", b"application/json"), (b"content-type", b"text/plain")]
    yield [(b"content-type", b"text/plain"), (b"content-type", b"application/json")]
    for packing in ("gzip", "deflate", "br", "zstd", "x", "gzip, gzip", "ä"):
        yield [(b"content-type", JSON.encode()), (b"content-encoding", packing.encode("latin-1"))]
    for length in ("-1", "abc", "9" * 40, "1, 2", "0x1", " 2 "):
        yield [(b"content-type", JSON.encode()), (b"content-length", length.encode())]


def headers() -> Iterator[tuple[str, str]]:
    long, odd = "a" * 60_000, "äöü\x80\xff" * 4000
    for name in ("cookie", "authorization", "idempotency-key", "if-match", "if-none-match", "accept"):
        yield name, long
        yield name, odd
    for text in (
        "session=ä",
        "__Host-session=" + "ä" * 5000,
        "session",
        "=;=;=",
        "a=b;" * 9000,
        'a="\\"',
        "type=large;" * 9,
    ):
        yield "cookie", text
    for text in (
        "Bearer",
        "Bearer ",
        "Bearer ä",
        "bearer " + long,
        "Basic",
        "Basic !",
        "Basic /////w==",
        "Basic " + long,
    ):
        yield "authorization", text
    for text in ("Basic AAAA", "Basic Og==", "Digest x", "Negotiate " + long, "Bearer a b", "\x00"):
        yield "authorization", text
    for text in ("", " ", "ä", "a\x00", "a" * 201, "null", "*", "\t"):
        yield "idempotency-key", text
    for text in ("", "*", '"', '"ä"', '"-1"', '"1e9"', '"9999999999999"', 'W/"1"', '"1","2"', '"²"', ",,,"):
        yield "if-match", text
        yield "if-none-match", text
    for text in (
        "*/*;q=1e999",
        "*/*;q=nan",
        "a/b;q=-1," * 5000,
        "text/csv;q=x",
        ",;,;",
        "*/*;q=" + "9" * 9000,
    ):
        yield "accept", text
        yield "accept-language", text
    for name in (
        "traceparent",
        "origin",
        "sec-fetch-site",
        "range",
        "x-forwarded-for",
        "forwarded",
        "hx-request",
    ):
        yield name, "ä" * 900
        yield name, "00-" + "0" * 32 + "-" + "0" * 16 + "-00"
    for text in ("x", "[::1", "127.0.0.1:x", "localhost@x", "ä", "", "127.0.0.1:99999999999999", "a" * 5000):
        yield "host", text


def queries() -> Iterator[str]:
    yield "a" * 64_000
    yield "a" * 15_000
    yield "&".join(f"a{number}=1" for number in range(1800))
    yield "limit=" + "9" * 5000
    for text in ("-1", "0", "1e400", "NaN", "%00", "%ff", "x", "١", "1&limit=2", "999999999999999999999"):
        yield f"limit={text}"
    for text in ("%00", "%ff", "e30", "W251bGwsbnVsbF0=", "WyJcdTAwMDAiLG51bGxd", "=" * 999, "%F0%9F"):
        yield f"cursor={text}"
    for text in ("%00", "x", "9999", "2022-13", "0000", "%ff", "2022-Q9", "2022%00", "١٢٣٤"):
        yield f"period={text}&year={text}&on={text}&day={text}"
    for text in ("%00", "%ff", "000000000000", "421303187236%00", "x", "１２３", "-", "' or 1=1 --"):
        yield f"division={text}&village={text}&q={text}&name={text}"
    yield "%" * 900
    yield "&=&=;" * 900
    yield "format=x&format=csv"


def paths() -> Iterator[str]:
    for text in (
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/settings.py",
        "..%5c..%5cx",
        "%00",
        "%ff%fe",
        "a" * 15_000,
    ):
        yield f"/static/{text}"
        yield f"/api/v1/households/{text}"
        yield f"/{text}"
    for text in (
        "//",
        "/./",
        "/..",
        "/%2f%2f",
        "/households/%00/edit",
        "/api/v1/price-indices/x/y/9e9",
        "/x" * 3000,
    ):
        yield text
    for number in ("0", "-1", "9" * 400, "١٢٣", "1e9", "%00"):
        yield f"/api/v1/labour-day-prices/{number}"
        yield f"/api/v1/divisions/{number}/summary"


def raw(pairs: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), text.encode("latin-1")) for name, text in pairs.items()]
