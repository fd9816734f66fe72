import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { load } from "../load.mjs";

const { SEED, rank, sha256, shuffled, studentSeed } = await load("draw");

test("hashes as FIPS 180-4 says", () => {
  for (const [text, hash] of [
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ]) {
    assert.equal(sha256(text), hash);
  }
});

test("hashes every length around the ends of a block, and more than ASCII", () => {
  for (let length = 0; length < 200; length++) {
    for (const text of ["a".repeat(length), "ß𝄞".repeat(length)]) {
      assert.equal(sha256(text), createHash("sha256").update(text).digest("hex"));
    }
  }
});

test("draws what Python's hashlib draws", () => {
  assert.equal(SEED, "coursebook");
  assert.equal(rank(SEED, "returns-knee"), "9397a3fa535f431f8b868f4385c9c9d93f7d8d5305c926a47119753504c4b57f");
  assert.deepEqual(shuffled(SEED, "passk", 4), [3, 1, 2, 0]);
  assert.deepEqual(shuffled(SEED, "returns-knee/variant", 12), [9, 3, 10, 0, 4, 1, 11, 2, 6, 8, 7, 5]);
  assert.deepEqual(shuffled("42/zoë k", "α", 5), [0, 4, 3, 1, 2]);
  assert.deepEqual(shuffled("", "", 0), []);
  assert.deepEqual(shuffled("", "", 1), [0]);
});

test("gives a student one seed however the name is typed", () => {
  for (const typed of ["S 0042 é", "  s\t0042\u00a0e\u0301\n", "\uff33 \uff10042 É"]) {
    assert.equal(studentSeed("7", typed), "7/s 0042 é");
  }
  assert.notEqual(studentSeed("7", "s0042"), studentSeed("7", "s 0042"));
});
