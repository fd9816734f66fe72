"""Three dimensions on a flat page: an orthographic view whose points carry their coordinates, so that a page can turn it."""

import numpy as np

CAMERA = {"azimuth": 35, "elevation": 20}
"""Degrees around the upright axis, and above the horizon."""


def view(points, camera=CAMERA):
    """Screen x and y, and depth (larger is nearer), of points of shape (n, 3)."""
    azimuth, elevation = np.radians([camera["azimuth"], camera["elevation"]])
    x, y, z = np.asarray(points, dtype=float).T
    forward = np.cos(azimuth) * x + np.sin(azimuth) * y
    across = -np.sin(azimuth) * x + np.cos(azimuth) * y
    return across, np.cos(elevation) * z - np.sin(elevation) * forward, np.cos(elevation) * forward + np.sin(elevation) * z


def sizes(depth, radius):
    """Marker sizes that grow towards the reader; `radius` is the largest distance from the middle."""
    return 8 + 3 * depth / radius
