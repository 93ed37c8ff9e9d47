/* eslint-disable @typescript-eslint/no-require-imports */
const Sequencer = require('@jest/test-sequencer').default;
const { slowSeconds } = require('./slow-tests.cjs');

/**
 * Runs the test files with stated seconds first, the longest before the others. Jest orders the
 * rest. It knows the durations of earlier runs, but not in a fresh clone, where a long file that
 * starts last would run alone.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const seconds = new Map(tests.map((test) => [test, slowSeconds(test.path) ?? 0]));
    return [...super.sort(tests)].sort((one, other) => seconds.get(other) - seconds.get(one));
  }
};
