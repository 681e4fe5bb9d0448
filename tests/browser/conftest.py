"""Debian's chromium with Chinese fonts, and components served alone under the pages' strict policy."""

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from registry.kernel.db.embedded import Embedded
from registry.kernel.http import assets

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'"
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir></fontconfig>"""


@pytest.fixture(scope="session")
def chromium(server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Fails, and does not skip, without chromium: this suite is asked for by name. The database server starts
    first: once playwright runs, this thread has a loop and can run no other."""
    program = shutil.which("chromium")
    assert program, "apt install chromium"
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    fonts.write_text(FONTS.format(folder=files("pylopdf_fonts_zh_cn")))
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=arguments, env={**os.environ, "FONTCONFIG_FILE": str(fonts)}
        )
        yield browser
        browser.close()


class _Shown(BaseHTTPRequestHandler):
    pages: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        found = assets.find(Path(self.path).name) if self.path.startswith(assets.PREFIX) else None
        body = found.body if found else self.pages.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("content-type", found.media_type if found else "text/html; charset=utf-8")
        self.send_header("content-security-policy", CSP)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """The test's output is its own."""


class Shop:
    """Where a test puts pages and looks at them; every complaint of the console is a failure."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.complaints: list[str] = []

    def look(self, html: str, width: int = 1280) -> Page:
        _Shown.pages["/page"] = html
        page = self.browser.new_page(viewport={"width": width, "height": 900})
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.address}/page")
        page.wait_for_function("document.body.classList.contains('js-enabled')")
        return page


@pytest.fixture
def shop(chromium: Browser) -> Iterator[Shop]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shown)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made = Shop(chromium, f"http://127.0.0.1:{server.server_port}")
    try:
        yield made
        for context in chromium.contexts:
            context.close()
        assert made.complaints == []
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
