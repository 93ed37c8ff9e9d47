/* eslint-disable @typescript-eslint/no-require-imports */
const { slowSeconds } = require('./slow-tests.cjs');

/** Leaves out the slow test files. Jest calls it for `npm run test:fast`. */
module.exports = (paths) => ({ filtered: paths.filter((path) => slowSeconds(path) === undefined) });
