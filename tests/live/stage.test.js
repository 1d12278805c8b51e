// What the stage previews while something is held.

import assert from "node:assert/strict";
import { test } from "node:test";

import { count, moments } from "../../assets/live/stage.js";

test("mean, standard deviation (÷ N) and distances", () => {
  const { mean, spread, centered } = moments([2, 4, 6, 8]);
  assert.equal(mean, 5);
  assert.ok(Math.abs(spread - Math.sqrt(5)) < 1e-15);
  assert.deepEqual(centered, [-3, -1, 1, 3]);
});

test("values far from zero keep their digits, and a constant has no spread", () => {
  const far = moments([1e9, 1e9 + 1, 1e9 + 2]);
  assert.equal(far.mean, 1e9 + 1);
  assert.ok(Math.abs(far.spread - Math.sqrt(2 / 3)) < 1e-15);
  assert.equal(moments([0.1, 0.1, 0.1]).spread, 0);
});

test("the squares of tiny numbers do not vanish", () => {
  assert.ok(Math.abs(moments([1e-200, 3e-200]).spread / 1e-200 - 1) < 1e-12);
});

test("every value lies in one bin", () => {
  assert.deepEqual(count([0, 1, 2, 3], 3), [1, 1, 2]);
  assert.deepEqual(count([7, 7, 7], 2), [3, 0]);
});
