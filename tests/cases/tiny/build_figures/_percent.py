"""A helper's helper."""


def percent(value):
    return 100 * value
