"""The commands; the only file that knows both make/ and publish/."""

from __future__ import annotations

import datetime
import fnmatch
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from coursebook import __version__, evidence, fingerprint, labs, marked, sources
from coursebook.library import Library
from coursebook.make import lab_runs, runner, stills, verify
from coursebook.make.equivalence import Comparison
from coursebook.marked import MarkError
from coursebook.problems import RULES, Problem, Problems, errors
from coursebook.publish import lab_pages, releases
from coursebook.publish import site as publishing
from coursebook.publish.bind import bind
from coursebook.publish.quiz import attempts, bank, parse, report
from coursebook.publish.site import Options, Site
from coursebook.text import did_you_mean
from coursebook.values import Figure, Table

progress_console = Console(stderr=True)
SCHEMAS = {"source": sources.SCHEMA}
FOLDERS = (publishing.CHAPTERS, sources.FOLDER, fingerprint.EXPERIMENTS)


class Commands(click.Group):
    """Prints problems as a compiler does, whichever command met them, and ends with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problems as found:
            show(found.problems)
            sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="coursebook")
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".", help="The course's folder.")
@click.pass_context
def main(context: click.Context, root: Path) -> None:
    """Course sites on which every figure and every number regenerates."""
    context.obj = root.resolve()
    if context.invoked_subcommand not in ("explain", "schema") and not any((root / folder).is_dir() for folder in FOLDERS):
        raise click.UsageError(f"no course in '{root}': none of the folders {', '.join(FOLDERS)} is there")


def show(problems: list[Problem] | tuple[Problem, ...], *, as_json: bool = False) -> None:
    if as_json:
        click.echo(json.dumps([problem.as_json() for problem in problems], ensure_ascii=False, indent=1))
        return
    for problem in problems:
        click.echo(str(problem), err=True)
    count = len(errors(problems))
    if count:
        click.echo(f"{count} problem{'s' if count > 1 else ''}; `coursebook explain RULE` tells more", err=True)


def assembled(root: Path, *, expiry: bool = False) -> Site:
    today = datetime.datetime.now(datetime.UTC).date() if expiry else None
    return publishing.assemble(root, Options(name=site_name(root), today=today))


def site_name(root: Path) -> str:
    """The course's name, as the site has it."""
    try:
        return str(marked.read((root / "mkdocs.yml").read_text("utf-8")).data["site_name"])
    except (OSError, MarkError, KeyError, TypeError):
        return ""


@contextmanager
def executor_for(scheduler: str | None, jobs: int | None) -> Iterator[Executor]:
    """Threads that each wait for a child process, or dask's workers."""
    if scheduler is None:
        with runner.local(jobs) as executor:
            yield executor
        return
    try:
        from distributed import Client
    except ImportError:
        raise click.UsageError("--scheduler needs the extra 'cluster': pip install 'coursebook[cluster]'") from None
    with Client(scheduler) as client:
        yield client.get_executor(pure=False)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[..., None]]:
    """A bar on a terminal; the callback takes how many steps have finished since the last call, and what runs now."""
    columns = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=progress_console, transient=True, disable=not progress_console.is_terminal) as bar:
        task = bar.add_task("", total=total)

        def update(finished: int = 1, running: str = "") -> None:
            bar.update(task, advance=finished, description=running)

        yield update


def steps(jobs: Sequence[runner.Job]) -> int:
    """How many children these jobs take."""
    return sum(len(job.parts) + 1 if job.results is None else 1 for job in jobs)


@main.command()
@click.argument("names", nargs=-1)
@click.option("--force", is_flag=True, help="Measure also what is fresh.")
@click.option("--deep", is_flag=True, help="Train what is deep, too, and first.")
@click.option("--scheduler", help="Address of a dask scheduler; the default runs here.")
@click.option("--jobs", type=int, help="Children at a time.")
@click.pass_obj
def measure(root: Path, names: tuple[str, ...], force: bool, deep: bool, scheduler: str | None, jobs: int | None) -> None:
    """Run the experiments and labs whose code, inputs, seed or packages changed, and write their evidence."""
    experiments, own = lab_runs.named(names)
    some = bool(experiments) or not names
    training = runner.plan(root, experiments, force and deep, deep=True) if some else None
    stages: list[tuple[Callable[[], Any], Callable[..., list[str]]]] = []  # what is trained comes before what needs it
    stages += [(lambda: training, runner.measure)] if training and deep else []
    stages += [(lambda: runner.plan(root, experiments, force), runner.measure)] if some else []
    stages += [(lambda: lab_runs.plan(root, own, force), lab_runs.measure)] if own or not names else []
    fresh, measured, changed, problems = 0, 0, 0, list[Problem]()
    for plan, work in stages:
        try:
            planned = plan()
            fresh, measured = fresh + len(planned.fresh), measured + len(planned.jobs)
            changed += len(carry_out(root, planned, work, scheduler, jobs))
        except Problems as found:
            problems += found.problems
    if problems:
        raise Problems(problems)
    drawn = draw_stills(root)
    click.echo(f"{f'{fresh} fresh, ' if fresh else ''}{measured} measured, {changed} changed, {drawn} stills drawn")
    if training and training.jobs and not deep:
        raise Problems(undone(training))


def carry_out(root: Path, planned: Any, work: Callable[..., list[str]], scheduler: str | None, jobs: int | None) -> list[str]:
    """Do what a plan holds, showing why and how far; the names whose evidence changed."""
    for job in planned.jobs:
        click.echo(f"measuring {job.name}: {'; '.join(planned.reasons[job.name])}")
    with executor_for(scheduler, jobs) as executor, progress("measure", steps(planned.jobs)) as bar:
        return work(root, planned, executor, bar)


def undone(training: runner.Plan) -> list[Problem]:
    """Deep evidence that no longer answers to its experiment, where nobody asked for training."""
    hint = "run `coursebook measure --deep`"
    return [
        Problem(
            job.experiment,
            1,
            1,
            "stale-evidence",
            f"changed since it was trained: {'; '.join(training.reasons[job.name])}",
            hint,
        )
        for job in training.jobs
    ]


def draw_stills(root: Path) -> int:
    """Export the stills that are missing, for evidence and for the fenced blocks of chapters."""
    figures = all_figures(root)
    lacking = stills.missing(root, figures)
    svgs: dict[str, str] = {}
    if lacking:
        with progress("stills", 2 * len(lacking)) as done:
            svgs = stills.export(lacking, done)
    stills.write(root, svgs, {evidence.still_key(figure) for figure in figures})
    return len(svgs)


def all_figures(root: Path) -> list[Mapping[str, Any]]:
    """Every figure that a page may show: those of the evidence, then those typed in chapters."""
    measured, _ = evidence.read(root)
    figures: list[Mapping[str, Any]] = [data for item in measured.values() for data in item.figures.values()]
    figures += [data for item in labs.evidence_of(root)[0].values() for data in item.figures.values()]
    names = Library()
    for _, text in publishing.chapters(root, Options.docs):
        bound = bind(text, names, lambda name, data: evidence.figure(root, name, data))
        figures += [embed.shown.json for embed in bound.embeds if isinstance(embed.shown, Figure)]
    return figures


@main.command("verify")
@click.argument("names", nargs=-1)
@click.option("--since", metavar="REF", help="Only print the numbers that moved since a git revision.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what was proved, for the site to show.")
@click.option("--stills", "redraw", is_flag=True, help="Also draw every still again and compare (needs a Chromium).")
@click.option("--deep", is_flag=True, help="Also train again what is deep; a killed run goes on where it was.")
@click.option("--scheduler", help="Address of a dask scheduler; the default runs here.")
@click.option("--jobs", type=int, help="Children at a time.")
@click.pass_obj
def verify_command(
    root: Path,
    names: tuple[str, ...],
    since: str | None,
    report: Path | None,
    redraw: bool,
    deep: bool,
    scheduler: str | None,
    jobs: int | None,
) -> None:
    """Measure everything again, elsewhere, and compare by each output's own rule."""
    if since:
        try:
            moves = verify.since(root, since)
        except LookupError as error:
            raise click.BadParameter(str(error), param_hint="--since") from None
        lines = lines_by_value(assembled(root))
        print_rows(
            ("value", "before", "after", "rule", "printed at"),
            [(one.id, one.old, one.new, one.rule, places(lines, one.id)) for one in moves],
        )
        click.echo(f"{len(moves)} numbers moved since {since}")
        return
    experiments, own = lab_runs.named(names)
    some, any_labs = bool(experiments) or not names, bool(own) or not names
    planned = [job for also in {False, deep} for job in runner.plan(root, experiments, True, also).jobs] if some else []
    planned += lab_runs.plan(root, own, force=True).jobs if any_labs else []
    found = verify.Verification(())
    with executor_for(scheduler, jobs) as executor, progress("verify", steps(planned)) as bar:
        if some:
            found += verify.verify(root, executor, lambda fresh: claims(root, fresh), experiments, bar, deep=deep)
        if any_labs:
            found += lab_runs.verify(root, executor, own, bar)
    moved = stills.differing(root, all_figures(root)) if redraw else []
    print_verification(root, found)
    if report:
        verify.report(root, found, report)
    if moved or not found.passes:
        raise Problems(
            [*moved, *found.broken, *found.problems, *(problem for one in found.experiments for problem in one.problems)]
        )


def claims(root: Path, fresh: Library) -> list[Problem]:
    """Every claim of the course, evaluated on these values."""
    broken = []
    for _, text in publishing.chapters(root, Options.docs):
        bound = bind(text, fresh, lambda name, data: evidence.figure(root, name, data))
        parse.questions(bound)
        broken += [problem for problem in bound.problems if problem.rule in ("false-claim", "unknown-value", "unknown-figure")]
    return broken


def print_verification(root: Path, found: verify.Verification) -> None:
    for one in found.experiments:
        click.echo(f"{one.name}: {one.verdict}, {len(one.comparisons)} outputs, {one.seconds:.1f} s")
    failures = [comparison for one in found.experiments for comparison in one.failures]
    if failures:
        lines = lines_by_value(assembled(root))
        print_rows(
            ("value", "committed", "measured now", "rule", "printed at"),
            [(*row(one), places(lines, one.id)) for one in failures],
        )


def row(comparison: Comparison) -> tuple[str, str, str, str]:
    return comparison.id, comparison.old, comparison.new, str(comparison.rule)


def lines_by_value(assembled_site: Site) -> Mapping[str, list[str]]:
    """Every chapter line that prints a value, or claims something of it."""
    lines: dict[str, list[str]] = defaultdict(list)
    for page in assembled_site.pages:
        for entry in page.ledger:
            for name in {*entry.uses, *((entry.id,) if entry.kind in ("figure", "table") else ())}:
                lines[name].append(f"{entry.path}:{entry.line}")
    return lines


def places(lines: Mapping[str, list[str]], name: str) -> str:
    return " ".join(dict.fromkeys(lines.get(name, []))) or "nowhere"


def print_rows(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Aligned columns; nothing is cut, since an id that is cut cannot be copied."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for cells in [header, *rows] if rows else []:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


@main.command()
@click.argument("name")
@click.pass_obj
def accept(root: Path, name: str) -> None:
    """Make what NAME measures now its committed evidence, and show what that moves."""
    if lab_runs.named((name,))[1]:
        moved = lab_runs.accept(root, name)
    else:
        planned = next(one for one in (runner.plan(root, (name,), True, deep) for deep in (False, True)) if one.jobs)
        with runner.local() as executor:
            outcome = next(iter(runner.run(list(planned.jobs), executor)))
        moved = verify.accept(root, outcome, planned.receipts[name])
        planned.jobs[0].discard()
    lines = lines_by_value(assembled(root))
    print_rows(("value", "before", "after", "rule", "printed at"), [(*row(one), places(lines, one.id)) for one in moved])
    draw_stills(root)
    click.echo(f"{name}: accepted, {len(moved)} outputs differ")


@main.command()
@click.option("--json", is_flag=True, help="Problems as JSON, for editors.")
@click.option("--expired/--no-expired", default=True, help="Warn of facts that are past their review.")
@click.option("--strict", is_flag=True, help="Warnings fail too, as in the scheduled check.")
@click.pass_obj
def lint(root: Path, json: bool, expired: bool, strict: bool) -> None:
    """Check chapters, sources and evidence, and print every problem."""
    found = assembled(root, expiry=expired)
    show(found.problems, as_json=json)
    if errors(found.problems) or (strict and found.problems):
        sys.exit(1)
    if not json:
        click.echo(
            f"{len(found.pages)} pages, no problems" if not found.problems else f"{len(found.pages)} pages, warnings only"
        )


@main.command("compile")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the Markdown tree.")
@click.pass_obj
def compile_command(root: Path, out: Path) -> None:
    """Write the compiled pages and all that they show, for any engine that reads Markdown."""
    docs = root / Options.docs
    if out.resolve() == root or out.resolve().is_relative_to(docs):
        raise click.BadParameter("that would write over what people wrote; name a folder of its own", param_hint="--out")
    found = assembled(root)
    if errors(found.problems):
        raise Problems(found.problems)
    for file in sorted(docs.rglob("*")):
        if file.is_file():
            evidence.write(out / file.relative_to(docs), file.read_bytes())
    for uri, content in found.files.items():
        evidence.write(out / uri, content.read_bytes() if isinstance(content, Path) else content)
    for page in found.pages:
        evidence.write(out / page.uri, lab_pages.relinked(page.markdown, found.labs))
    for lab in found.labs:
        evidence.write(out / f"{lab.lab.name}.md", lab_pages.relinked(lab_pages.markdown(lab), found.labs))
    click.echo(f"{len(found.pages) + len(found.labs)} pages and {len(found.files)} files in {out}")


@main.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.pass_obj
def questions(root: Path, out: Path) -> None:
    """Write every question with its key as JSON, as the site has it."""
    found = assembled(root)
    if errors(found.problems):
        raise Problems(found.problems)
    made = found.files.get(bank.FILE)
    if not isinstance(made, str):
        raise click.UsageError("the course has no questions")
    evidence.write(out, made)
    click.echo(f"{sum(len(page.questions) for page in found.pages)} questions in {out}")


@main.command()
@click.argument("pattern", default="*")
@click.pass_obj
def values(root: Path, pattern: str) -> None:
    """List what can be printed or shown: id, what it prints, unit, what it is. PATTERN is a glob, such as `wang2023.*`."""
    names = assembled(root).library
    rows = [(one.id, one.text(), one.unit, one.kind, one.what) for _, one in sorted(names.values.items())]
    shown: dict[str, Figure | Table] = {**names.figures, **names.tables}
    for name, one in sorted(shown.items()):
        noun = "figure" if isinstance(one, Figure) else "table"
        rows.append((f"evidence:{name}", noun, "", names.origins[name][0], one.title))
    matching = [row for row in rows if fnmatch.fnmatch(row[0].removeprefix("evidence:"), pattern)]
    print_rows(("id", "prints", "unit", "kind", "what"), matching)
    if not matching:
        raise click.BadParameter(
            f"nothing matches '{pattern}'; {did_you_mean(pattern, names.values)}".rstrip("; "), param_hint="PATTERN"
        )


@main.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Say what a rule means and how to mend what it finds."""
    if rule not in RULES:
        raise click.BadParameter(
            f"no rule '{rule}'; " + (did_you_mean(rule, RULES) or "known: " + ", ".join(RULES)), param_hint="RULE"
        )
    click.echo(f"{rule}: {RULES[rule]}")


@main.command()
@click.argument("name", type=click.Choice(sorted(SCHEMAS)))
def schema(name: str) -> None:
    """Print a JSON schema, for editors that check YAML while it is typed."""
    click.echo(json.dumps(SCHEMAS[name], indent=2, ensure_ascii=False))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--release", "names", multiple=True, help="A release that attempts name: its questions.json, or a git revision.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for marks and statistics.")
@click.pass_obj
def grade(root: Path, files: tuple[Path, ...], names: tuple[str, ...], out: Path) -> None:
    """Mark the attempts that students handed in, and say how each question did. A folder stands for its *.json."""
    if out.resolve() == root or out.resolve().is_relative_to(root / Options.docs):
        raise click.BadParameter("students' names would be published; name a folder of its own", param_hint="--out")
    try:
        banks = [releases.read(root, name) for name in names] or [releases.tree(root)]
    except LookupError as error:
        raise click.BadParameter(str(error), param_hint="--release") from None
    found = [below for file in files for below in (sorted(file.glob("*.json")) if file.is_dir() else [file])]
    marked, problems = attempts.mark(found, banks)
    report.write(out, report.Report(marked, banks, problems))
    click.echo(f"{len(marked)} of {len(found)} attempts marked, in {out}")
    if problems:
        raise Problems(problems)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def serve(root: Path, arguments: tuple[str, ...]) -> None:
    """Show the course at a local address and build again when a file is saved; takes the options of `mkdocs serve`."""
    sys.exit(subprocess.run([sys.executable, "-m", "mkdocs", "serve", *arguments], cwd=root, check=False).returncode)
