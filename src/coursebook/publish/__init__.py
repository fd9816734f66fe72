"""Publishing: chapters are compiled here, and nothing that they contain is run."""
