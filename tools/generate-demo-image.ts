// Runs the built demo in a folder of its own, and writes docs/demo.svg from its output:
// `npm run build && tsx tools/generate-demo-image.ts`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { demoImage } from './demo-image.js';

const folder = mkdtempSync(join(tmpdir(), 'demo-image-'));
try {
  const demo = [resolve('dist/src/cli/main.js'), 'demo'];
  const stdout = execFileSync(process.execPath, demo, { cwd: folder, encoding: 'utf8' });
  writeFileSync('docs/demo.svg', demoImage(stdout));
} finally {
  rmSync(folder, { recursive: true });
}
