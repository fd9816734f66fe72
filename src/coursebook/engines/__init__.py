"""Engines that build the site; each is one file without logic of its own."""
