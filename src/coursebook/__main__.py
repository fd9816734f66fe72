"""`python -m coursebook`."""

from coursebook.cli import main

main(prog_name="coursebook")
