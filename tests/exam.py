"""What tests do with attempts: take an exam at the bank in tests/cases/exam/, and hand the file in."""

import json
from datetime import UTC, datetime, timedelta

from coursebook.publish.quiz.assignment import Assignment, draw, matching, write
from coursebook.publish.quiz.attempts import check_sum
from tiny import CASES

BANK = json.loads((CASES / "exam/questions.json").read_text("utf-8"))
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def assignment(**said):
    """Five questions of the bank with the seed 42, unless told otherwise."""
    return Assignment(**{"release": BANK["release"], "seed": "42", "n": 5, **said})


def right(key):
    """The response that gets the whole score."""
    match key["kind"]:
        case "choose" | "pair":
            return key["right"]
        case "number":
            return f"{key['answer']:.3f}".replace(".", ",")
        case "words":
            return key["accept"][0]
        case "arrange":
            return list(range(key["count"]))
    return "Because."


def attempt(taken, student="s1", *, name="Zoë", answer=lambda place, key: right(key), minutes=20, bank=BANK, **other):
    """An attempt as the page writes it: `answer(place, key)` gives each response, `other` replaces whole fields."""
    drawn = draw(matching(bank, taken), taken, student)
    data = {
        "schema": 1, "release": taken.release, "link": write(taken), "student": {"name": name, "id": student},
        "started": NOON.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "finished": (NOON + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "answers": [
            {"id": one.question["id"], "variant": one.variant, "response": answer(place, one.key)} for place, one in enumerate(drawn)
        ],
    } | other  # fmt: skip
    return {**data, "check": check_sum(data)}


def hand_in(folder, data, name="a.json"):
    """The file in a folder."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
    return file
