// Jest requires it, so it is no ES module.
/* eslint-disable @typescript-eslint/no-require-imports */
const { readFileSync } = require('node:fs');

/**
 * Leaves out the test files whose first line is `// @slow: why`. Jest calls it for
 * `npm run test:fast`.
 */
module.exports = (paths) => ({
  filtered: paths.filter((path) => !/^\/\/ @slow: \S/.test(readFileSync(path, 'utf8'))),
});
