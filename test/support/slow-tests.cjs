// Jest requires it, so it is no ES module.
/* eslint-disable @typescript-eslint/no-require-imports */
const { readFileSync } = require('node:fs');

/**
 * How a test file is marked as slow by its first line, `// @slow: why` or `// @slow 40 s: why`.
 * Returns the stated seconds, 0 without them, and undefined for a file without the mark.
 */
module.exports.slowSeconds = (path) => {
  const mark = /^\/\/ @slow(?: (\d+) s)?: \S/.exec(readFileSync(path, 'utf8'));
  return mark === null ? undefined : Number(mark[1] ?? 0);
};
