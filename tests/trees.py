"""HTML as a flat list of elements."""

from html.parser import HTMLParser


class Tree(HTMLParser):
    """Elements with attributes and their text, flat."""

    def __init__(self, source):
        super().__init__()
        self.found, self.open = [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.found.append(element)
        if tag not in ("input", "img", "br"):
            self.open.append(element)

    def handle_endtag(self, tag):
        while self.open and self.open.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag, **attributes):
        return [
            one for one in self.found if one["tag"] == tag and all(one.get(name) == value for name, value in attributes.items())
        ]
