"""The real site in a real browser: built once, served locally, every request and message kept."""

import functools
import gzip
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from coursebook.make.stills import BROWSERS

ROOT = Path(__file__).parents[2]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the built course."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", folder], cwd=ROOT, check=True)
    return folder


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def address(site):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


class Visit:
    """One page in a context of its own; `hosts` were asked, `faults` are errors of the console, `weight` is gzipped bytes."""

    def __init__(self, browser, address, *, script=True, dark=False, width=1280):
        scheme = "dark" if dark else "light"
        self.context = browser.new_context(
            java_script_enabled=script, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        self.page, self.address = self.context.new_page(), address
        self.faults, self.responses = [], {}
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("request", lambda request: self.responses.setdefault(request.url, b""))
        self.page.on("requestfinished", self._finished)

    def _finished(self, request):
        self.responses[request.url] = request

    def open(self, path):
        self.page.goto(self.address + path, wait_until="networkidle")
        return self.page

    @property
    def hosts(self):
        return {urlsplit(url).netloc for url in self.responses if not url.startswith(("data:", "blob:"))}

    @property
    def weight(self):
        """Bytes of all that was transferred, as a server with gzip would send it."""
        return sum(len(gzip.compress(request.response().body(), 9)) for request in list(self.responses.values()) if request)


@pytest.fixture
def visit(chromium, address):
    """Opens pages: visit(script=False, dark=True, width=320)."""
    visits = []

    def new(**options):
        visits.append(Visit(chromium, address, **options))
        return visits[-1]

    yield new
    for one in visits:
        one.context.close()
