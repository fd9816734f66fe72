"""Measuring: experiments are run here, in a child process that can read only what they declare."""
