"""MkDocs builds what `publish.site` assembles: chapters come in as generated files, and the built HTML is checked."""

from __future__ import annotations

import fnmatch
import logging
import posixpath
from pathlib import Path
from typing import Any, Literal

from mkdocs.config import base
from mkdocs.config import config_options as option
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from coursebook import evidence, fingerprint, sources
from coursebook.problems import Problem, errors
from coursebook.publish import check, lab_pages
from coursebook.publish.lean import lean
from coursebook.publish.site import ASSET_URI, CHAPTERS, Options, Site, assemble

JUPYTER = "mkdocs-jupyter"
STAGED = "build/staged"
"""Where notebooks lie on disk for mkdocs-jupyter, which skips generated files."""

log = logging.getLogger("mkdocs.plugins.coursebook")


class CoursebookConfig(base.Config):
    report = option.Type(str, default="build/verify.json")
    """What `coursebook verify --report` wrote; receipts say what it proved."""
    policy = option.Type(bool, default=True)
    """Put a Content-Security-Policy into every page of a build (never under `serve`, which injects a script)."""


class CoursebookPlugin(BasePlugin[CoursebookConfig]):
    """Compiles chapters into the site and refuses to build one whose numbers do not hold."""

    command: str = "build"
    site: Site | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:  # noqa: ARG002
        self.command = command

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        config.extra_css.append(f"{ASSET_URI}/coursebook.css")
        script = option.ExtraScriptValue(f"{ASSET_URI}/coursebook.js")
        script.type = "module"
        config.extra_javascript.append(script)
        return config

    @event_priority(50)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        root = Path(config.config_file_path).parent
        docs = Path(config.docs_dir).relative_to(root).as_posix()
        self.site = assemble(root, Options(docs, self.config.report, config.repo_url or "", config.site_name))
        _report(self.site.problems)
        for page in self.site.pages:
            _replace(files, _page(config, page.uri, page.markdown, page.source, docs))
        for uri, content in self.site.files.items():
            _replace(files, _file(config, uri, content))
        if self.site.labs and JUPYTER not in config.plugins:
            hint = f"add it to plugins: {JUPYTER}: {{include: [labs/*.ipynb]}}"
            _report([Problem("mkdocs.yml", 1, 1, "broken-page", f"labs need the plugin {JUPYTER}", hint)])
        for lab in self.site.labs:
            evidence.write(root / STAGED / lab.uri, lab_pages.staged(lab))
            _replace(files, File(lab.uri, str(root / STAGED), config.site_dir, config.use_directory_urls))
        if config.nav:
            uris = [*(page.uri for page in self.site.pages), *(lab.uri for lab in self.site.labs)]
            config.nav = _expanded(config.nav, uris)
        return files

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        assert self.site is not None
        lab = next((one for one in self.site.labs if one.uri == page.file.src_uri), None)
        if lab is None:
            return html
        if page.edit_url:
            docs = Path(config.docs_dir).relative_to(Path(config.config_file_path).parent).as_posix()
            page.edit_url = f"{page.edit_url.removesuffix(lab.uri)}{_up(docs)}/{lab.source}"
        made, faults = lean(html, lambda target: _resolved(target, page.file, files))
        _report(Problem(lab.source, 1, 1, "unsafe-html", f"the page that this makes has {fault}") for fault in faults)
        return made

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:  # noqa: ARG002
        root = Path(config.config_file_path).parent
        for folder in (CHAPTERS, sources.FOLDER, evidence.FOLDER, fingerprint.EXPERIMENTS):
            if (root / folder).is_dir():
                server.watch(str(root / folder))
        return server

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        assert self.site is not None
        if self.command != "serve" and self.config.policy:
            check.secure(Path(config.site_dir))
        _report(check.check_site(Path(config.site_dir), self.site.pages, self.site.labs))


def _report(problems: Any) -> None:
    """Log every problem, then stop once if any is an error."""
    found: list[Problem] = list(problems)
    for problem in found:
        (log.error if problem.severity == "error" else log.info)(str(problem))
    count = len(errors(found))
    if count:
        raise Abort(f"{count} problem{'s' if count > 1 else ''}; `coursebook explain RULE` tells more")


def _page(config: MkDocsConfig, uri: str, markdown: str, source: str, docs: str) -> File:
    """A compiled page whose edit link leads to the file that its writer wrote."""
    file = File.generated(config, uri, content=markdown)
    file.edit_uri = source.removeprefix(f"{docs}/") if source.startswith(f"{docs}/") else f"{_up(docs)}/{source}"
    return file


def _up(docs: str) -> str:
    return "/".join([".."] * len(docs.split("/")))


def _resolved(target: str, page: File, files: Files) -> str:
    """An address as the page needs it, from one that counts from its source."""
    path, mark, anchor = target.partition("#")
    found = (
        files.get_file_from_path(posixpath.normpath(posixpath.join(posixpath.dirname(page.src_uri), path))) if path else None
    )
    return found.url_relative_to(page) + mark + anchor if found else target


def _file(config: MkDocsConfig, uri: str, content: str | bytes | Path) -> File:
    if isinstance(content, Path):
        return File.generated(config, uri, abs_src_path=str(content))
    return File.generated(config, uri, content=content)


def _replace(files: Files, file: File) -> None:
    existing = files.get_file_from_path(file.src_uri)
    if existing is not None:
        files.remove(existing)
    files.append(file)


def _expanded(nav: list[Any], uris: list[str]) -> list[Any]:
    """The navigation with patterns such as `chapters/0*.md` replaced by the pages they match, in order."""
    expanded: list[Any] = []
    for item in nav:
        match item:
            case str() if "*" in item:
                expanded += sorted(fnmatch.filter(uris, item))
            case dict():
                lists = {title: _expanded(below if isinstance(below, list) else [below], uris) for title, below in item.items()}
                expanded += [
                    {title: below[0] if isinstance(item[title], str) and "*" not in item[title] else below}
                    for title, below in lists.items()
                    if below
                ]
            case _:
                expanded.append(item)
    return expanded
