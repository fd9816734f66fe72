"""`mkdocs serve` and `coursebook serve` in a real process: what is saved is shown, and a broken chapter ends nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from tiny import edit, write

DEADLINE = 60.0
COMMANDS = {"mkdocs serve": ["mkdocs", "serve"], "coursebook serve": ["coursebook", "serve"]}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    def __init__(self, process, log, address):
        self.process, self.log, self.address = process, log, address

    def said(self):
        return self.log.read_text("utf-8")

    def page(self, path):
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=5) as response:
                return response.read().decode()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return ""

    def shows(self, path, text):
        """Ask until the page holds the text."""
        return self.until(lambda: text in self.page(path))

    def until(self, holds):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and self.process.poll() is None:
            if holds():
                return True
            time.sleep(0.1)
        return holds()


@contextmanager
def serving(course, tmp_path, command):
    port, log = free_port(), tmp_path / "log"
    environment = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
    }
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--dev-addr", f"127.0.0.1:{port}"], cwd=course, stdout=stream, stderr=stream, env=environment, start_new_session=True
        )  # fmt: skip
    try:
        yield Server(process, log, f"http://127.0.0.1:{port}/tiny/")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_is_saved_is_shown_and_a_broken_chapter_keeps_the_server_alive(course, tmp_path, command):
    chapter = "chapters/01-coins/"
    with serving(course, tmp_path, command) as server:
        assert server.shows(chapter, "We flipped a coin"), server.said()
        assert "Content-Security-Policy" not in server.page(chapter), "the server injects a script of its own"

        edit(course, "chapters/01-coins.md", "We flipped a coin", "Somebody flipped a coin")
        assert server.shows(chapter, "Somebody flipped a coin"), server.said()

        edit(course, "chapters/01-coins.md", "{{ coin.heads }}", "{{ coin.headz }}")
        assert server.until(lambda: "unknown-value: no value 'coin.headz'" in server.said()), server.said()
        assert server.process.poll() is None

        edit(course, "chapters/01-coins.md", "{{ coin.headz }}", "{{ coin.heads }} (mended)")
        assert server.shows(chapter, "(mended)"), server.said()
        assert "Traceback" not in server.said()


@pytest.mark.slow
def test_saved_evidence_and_sources_are_shown(course, tmp_path):
    from tiny import measure, stand_in_stills

    with serving(course, tmp_path, COMMANDS["mkdocs serve"]) as server:
        assert server.shows("chapters/01-coins/", ">60</button>"), server.said()
        edit(course, "build_figures/made_up.py", "Number(60", "Number(61")
        assert server.until(lambda: "stale-evidence" in server.said()), server.said()
        measure(course)
        stand_in_stills(course)
        assert server.shows("chapters/01-coins/", ">61</button>"), server.said()
        edit(course, "sources/doe2024.yml", "venue: Journal of Small Examples 3", "venue: Journal of Small Examples 4")
        measure(course)
        stand_in_stills(course)
        assert server.shows("chapters/01-coins/", "Journal of Small Examples 4"), server.said()
        write(course, "chapters/02-new.md", "# A new chapter\n\nText.\n")
        assert server.shows("chapters/02-new/", "A new chapter"), server.said()


@pytest.mark.slow
def test_a_course_that_is_broken_from_the_start_says_why_and_ends(course, tmp_path):
    edit(course, "chapters/01-coins.md", "{{ coin.heads }}", "{{ coin.headz }}")
    with serving(course, tmp_path, COMMANDS["coursebook serve"]) as server:
        assert server.until(lambda: server.process.poll() is not None), server.said()
        assert server.process.returncode == 1
        assert re.search("unknown-value: no value 'coin.headz'", server.said())
        assert "Traceback" not in server.said()
