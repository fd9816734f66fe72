"""Paths of the course's pages, found and not typed."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
CHAPTERS = [f"chapters/{file.stem}/" for file in sorted((ROOT / "chapters").glob("*.md"))]
LABS = [f"labs/{file.stem}/" for file in sorted((ROOT / "chapters/labs").glob("*.py"))]
DOCS = [file.relative_to(ROOT / "docs").with_suffix("").as_posix() for file in sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [
    *CHAPTERS,
    *LABS,
    *(f"{name.removesuffix('index')}/".removeprefix("/").replace("//", "/") for name in DOCS),
    "verification/",
    *("review/", "interview/", "exam/", "assign/"),
]
