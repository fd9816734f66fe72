"""How drawings look; nothing that is measured uses it."""

WIDTH = 3
