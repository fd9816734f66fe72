import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../load.mjs";

// A zone whose days have 23, 24 and 25 hours.
process.env.TZ = "Europe/Berlin";

const { choices, forecast, history, inWords, replay, startOfDay } = await load("schedule");

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const START = Date.UTC(2026, 0, 5, 9);

/** Numbers from 0 to 1, the same on every run (mulberry32). */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A log of a reader who answers ten questions over some months, one of them in two versions, with gaps from seconds to weeks. */
function someLog(seed) {
  const random = generator(seed);
  let time = START;
  return Array.from({ length: 120 }, () => {
    time += Math.floor(random() ** 4 * 20 * DAY);
    const id = `q${Math.floor(random() * 10)}`;
    return [id, id === "q3" && random() < 0.5 ? "old" : "now", time, 1 + Math.floor(random() * 4)];
  });
}

function shuffled(list, random) {
  return list
    .map((item) => [random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

const HASHES = new Map(Array.from({ length: 9 }, (_, index) => [`q${index}`, "now"]));
const SEEDS = Array.from({ length: 40 }, (_, index) => index);
const endOf = (log) => log.at(-1)[2] + 3 * DAY;
const card = (log, now = log.at(-1)[2] + MINUTE) => replay(log, new Map([["a", "h"]]), now).cards[0];

test("replays the same log to the same cards, in whatever order it stands", () => {
  for (const seed of SEEDS) {
    const log = someLog(seed);
    const random = generator(seed + 1000);
    const made = replay(log, HASHES, endOf(log));
    const dues = made.cards.map(({ due }) => due);
    assert.deepEqual(
      dues,
      dues.toSorted((a, b) => a - b),
    );
    assert.equal(made.cards.length, new Set(log.map(([id]) => id)).size - made.gone.length);
    assert.deepEqual(replay(log, HASHES, endOf(log)), made);
    assert.deepEqual(replay(shuffled(log, random), HASHES, endOf(log)), made);
    const half = shuffled(log, random);
    assert.deepEqual(replay([...half.slice(60), ...half.slice(0, 60)], HASHES, endOf(log)), made);
  }
});

test("two answers at the same moment replay alike in either order", () => {
  const twins = [
    ["a", "h", START, 1],
    ["a", "h", START, 4],
  ];
  assert.deepEqual(card(twins), card(twins.toReversed()));
});

test("a replay leaves the log as it was", () => {
  const log = someLog(1).toReversed();
  const copy = structuredClone(log);
  replay(log, HASHES, endOf(log));
  assert.deepEqual(log, copy);
});

test("a first answer comes back after minutes if it was wrong, and after days if it was right", () => {
  const [again, hard, good, easy] = choices({ memory: { reps: 0 } }, START);
  assert.equal(again - START, 10 * MINUTE);
  assert.equal(hard - START, 15 * MINUTE);
  assert.ok(good >= startOfDay(START + 2 * DAY) && good < START + 3 * DAY);
  assert.ok(easy > good);
});

test("a lapse shortens the interval, and is asked again the same day", () => {
  for (const seed of SEEDS) {
    const random = generator(seed);
    const log = [["a", "h", START, 3]];
    for (let step = 0; step < 1 + (seed % 5); step += 1)
      log.push(["a", "h", card(log).due + 12 * 60 * MINUTE + random() * DAY, 3]);
    const time = card(log).due + 12 * 60 * MINUTE;
    const interval = (entries) => {
      const { memory } = card(entries);
      return memory.scheduled_days;
    };
    const known = interval([...log, ["a", "h", time, 3]]);
    const lapsed = [...log, ["a", "h", time, 1]];
    assert.equal(card(lapsed).due, time + 10 * MINUTE);
    assert.equal(card(lapsed).memory.lapses, 1);
    const learnt = interval([...lapsed, ["a", "h", time + 10 * MINUTE, 3]]);
    assert.ok(learnt < interval(log), `${learnt} days after a lapse, ${interval(log)} before`);
    assert.ok(interval(log) < known);
  }
});

test("the choices are what a replay makes of them, and grow with the rating", () => {
  for (const seed of SEEDS) {
    const log = someLog(seed).map(([, , time, rating]) => ["a", "h", time, rating]);
    const now = endOf(log);
    const dues = choices(card(log, now), now);
    assert.deepEqual(
      [1, 2, 3, 4].map((rating) => card([...log, ["a", "h", now, rating]], now).due),
      dues,
    );
    assert.deepEqual(
      dues,
      dues.toSorted((a, b) => a - b),
    );
    assert.ok(dues[0] > now && dues[0] < dues[2]);
  }
});

test("what returns after days returns with the day, what returns after minutes at the minute", () => {
  const good = card([["a", "h", START, 3]]);
  assert.equal(good.due, startOfDay(good.due));
  assert.equal(good.due, startOfDay(START + good.memory.scheduled_days * DAY));
  assert.equal(card([["a", "h", START, 1]]).due, START + 10 * MINUTE);
});

test("a changed question counts as new, and says so", () => {
  const log = [
    ["a", "old", START, 4],
    ["a", "old", START + 9 * DAY, 4],
  ];
  const found = card(log);
  assert.deepEqual([found.changed, found.due, found.memory.reps, found.times], [true, 0, 0, 2]);
  const now = START + 10 * DAY;
  assert.deepEqual(choices(found, now), choices({ memory: { reps: 0 } }, now));
  const again = card([...log, ["a", "h", now, 3]]);
  assert.deepEqual([again.changed, again.memory.reps, again.times], [false, 1, 3]);
  assert.deepEqual(again.memory, card([["a", "h", now, 3]]).memory);
});

test("a question that is gone is named and never a card", () => {
  const found = replay(
    [
      ["x", "h", START, 1],
      ["a", "h", START, 1],
      ["x", "h", START + DAY, 1],
    ],
    new Map([["a", "h"]]),
    START + 2 * DAY,
  );
  assert.deepEqual(found.gone, ["x"]);
  assert.deepEqual(
    found.cards.map(({ id }) => id),
    ["a"],
  );
});

test("a clock put back breaks nothing", () => {
  const future = [["a", "h", START + 400 * DAY, 4]];
  const now = START + DAY;
  const waiting = card(future, now);
  assert.deepEqual([waiting.due, waiting.changed, waiting.memory.reps], [0, false, 0]);
  assert.ok(choices(waiting, now).every(Number.isFinite));
  const after = card([...future, ["a", "h", now, 3]], now);
  assert.ok(after.due > now && after.due < now + 4 * DAY);
  assert.equal(card(future, START + 401 * DAY).memory.reps, 1);

  for (const never of [-1, -1e300, 1e300]) {
    const { due, memory } = card([...[1, 2].map((rating) => ["a", "h", never, rating]), ["a", "h", START, 3]], now);
    assert.deepEqual([memory.reps, due], [1, card([["a", "h", START, 3]]).due]);
  }

  const ahead = card([["a", "h", START, 3]], START - 60 * MINUTE);
  assert.equal(ahead.memory.reps, 1);
  assert.deepEqual(choices(ahead, START - 60 * MINUTE), choices(ahead, START));
  for (const seed of SEEDS) {
    const random = generator(seed);
    const log = someLog(seed).map(([id, hash, time, rating]) => [id, hash, time - (random() < 0.2 ? 60 * DAY : 0), rating]);
    const { cards } = replay(log, HASHES, START + 30 * DAY);
    for (const { due } of cards) assert.ok(Number.isFinite(due));
  }
});

test("the forecast counts every card once", () => {
  for (const seed of SEEDS) {
    const log = someLog(seed);
    for (const now of [endOf(log), log[60][2], START]) {
      const { cards } = replay(log, HASHES, now);
      const { days, later } = forecast(cards, now);
      assert.equal(days.length, 14);
      assert.equal(
        days.reduce((sum, { count }) => sum + count, later),
        cards.length,
      );
      const tomorrow = days[1].start;
      assert.equal(days[0].count, cards.filter(({ due }) => due < tomorrow).length);
    }
  }
});

test("the days of a forecast are days also when the clocks change", () => {
  const now = new Date(2026, 2, 24, 23, 30).getTime();
  const { days } = forecast([{ due: new Date(2026, 2, 29, 3, 30).getTime() }, { due: new Date(2026, 2, 30).getTime() }], now);
  assert.deepEqual(
    days.map(({ start }) => new Date(start).getDate()),
    [24, 25, 26, 27, 28, 29, 30, 31, 1, 2, 3, 4, 5, 6],
  );
  assert.ok(days.every(({ start }) => new Date(start).getHours() === 0));
  assert.deepEqual([days[5].count, days[6].count], [1, 1]);
  const after = new Date(2026, 3, 7).getTime();
  assert.equal(forecast([{ due: after - 1 }], now).later, 0);
  assert.equal(forecast([{ due: after }], now).later, 1);
});

test("the history has each day of twelve months once, and each answer of these days", () => {
  for (const now of [
    new Date(2026, 10, 21, 12),
    new Date(2028, 1, 29, 0, 0),
    new Date(2026, 0, 1, 23, 59),
    new Date(2026, 9, 25, 2, 30),
  ].map(Number)) {
    const log = [now, now - 12 * 60 * MINUTE, now - 40 * DAY, now - 300 * DAY, now - 500 * DAY].map((time) => [
      "a",
      "h",
      time,
      3,
    ]);
    const months = history(log, [], now);
    assert.equal(months.length, 12);
    const days = months.flatMap((month) => month.days);
    assert.equal(new Set(days.map(({ start }) => start)).size, days.length);
    assert.ok(days.every(({ start }) => start === startOfDay(start)));
    assert.equal(days.at(-1).start, startOfDay(now));
    assert.equal(days[0].start, months[0].start);
    assert.equal(days.length, Math.round((startOfDay(now) - days[0].start) / DAY) + 1);
    assert.equal(
      days.reduce((sum, { count }) => sum + count, 0),
      4,
    );
  }
});

test("what was recalled is what came back on a later day", () => {
  const log = [
    ["a", "h", START, 1],
    ["a", "h", START + 10 * MINUTE, 3],
    ["a", "h", START + DAY, 2],
    ["a", "h", START + 9 * DAY, 1],
    ["a", "h", START + 9 * DAY + MINUTE, 3],
  ];
  const { recalls } = replay(log, new Map(), START + 20 * DAY);
  assert.deepEqual(recalls, [
    { time: START + DAY, known: true },
    { time: START + 9 * DAY, known: false },
  ]);
  const months = history(log, recalls, START + 20 * DAY);
  assert.deepEqual([months.at(-1).recalled, months.at(-1).known], [2, 1]);
});

test("a second try is not a second time", () => {
  const log = [0, 2, 14, 30].map((minutes) => ["a", "h", START + minutes * MINUTE, 2]);
  assert.deepEqual(
    log.map((_, index) => card(log.slice(0, index + 1)).times),
    [1, 1, 2, 3],
  );
});

test("a time to come reads as one says it", () => {
  const now = new Date(2026, 10, 21, 18).getTime();
  for (const [then, words] of [
    [now, "1 min"],
    [now + 10 * MINUTE, "10 min"],
    [now + 59.7 * MINUTE, "1 h"],
    [now + 3 * 60 * MINUTE, "3 h"],
    [startOfDay(now + DAY), "1 day"],
    [startOfDay(now + 2 * DAY), "2 days"],
    [now + 60 * DAY, "60 days"],
    [now + 91 * DAY, "3 months"],
    [now + 731 * DAY, "2 years"],
  ]) {
    assert.equal(inWords(now, then), words);
  }
  assert.equal(inWords(startOfDay(now) - 5 * MINUTE, startOfDay(now) + 5 * MINUTE), "10 min");
});
