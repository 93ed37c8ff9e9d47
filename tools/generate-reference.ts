// Writes docs/reference/errors.md and docs/reference/api from the docstrings. With `--check` it
// writes nothing, and fails if a file differs: `tsx tools/generate-reference.ts [--check]`.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiFiles } from './reference/api-files.js';
import { errorsFile } from './reference/errors-file.js';
import { committedText } from './support/generated-file.js';

const apiFolder = 'docs/reference/api';
mkdirSync(apiFolder, { recursive: true });

const files = [await errorsFile(), ...(await apiFiles())];
const wanted = new Set(files.map(({ path }) => path));
const leftOver = readdirSync(apiFolder)
  .map((name) => join(apiFolder, name))
  .filter((path) => !wanted.has(path));
const changed = files.filter(({ path, text }) => text !== committedText(path));

if (process.argv.includes('--check')) {
  const wrong = [...changed.map(({ path }) => path), ...leftOver];
  if (wrong.length > 0) {
    console.error(`Run \`npm run reference:generate\`: ${wrong.join(', ')}`);
    process.exitCode = 1;
  }
} else {
  for (const { path, text } of changed) writeFileSync(path, text);
  for (const path of leftOver) rmSync(path);
  for (const { path } of files)
    console.log(`${changed.some((file) => file.path === path) ? 'Wrote    ' : 'Unchanged'} ${path}`);
}
