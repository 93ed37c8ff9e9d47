// @slow 30 s: starts a process and a server for each test
import { on } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findPostmaster } from '../../src/embedded/server.js';
import { preparePlace } from '../../src/embedded/place.js';
import { findBinaries } from '../../src/embedded/postgres-binaries.js';
import { demoImage } from '../../tools/demo-image.js';
import { compiledRepository } from '../support/compiled.js';
import { runCommand, startCommand } from '../support/run-command.js';

let compiled: string;
let folder: string;

beforeAll(async () => {
  compiled = await compiledRepository();
});

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'demo-test-')));
});

afterEach(async () => {
  const left = await server();
  if (left !== undefined) process.kill(left.pid, 'SIGQUIT');
  for (const path of [await base(), folder])
    await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** The real path of the server's data, which for root may be another folder. */
async function base(): Promise<string> {
  return (await preparePlace(join(folder, '.data', 'postgres-18'), findBinaries('18'))).base;
}

async function server() {
  return findPostmaster(await base());
}

async function printed(stream: Readable | null, text: string): Promise<void> {
  let all = '';
  for await (const [chunk] of on(stream ?? Readable.from([]), 'data')) {
    all += String(chunk);
    if (all.includes(text)) return;
  }
}

function demo(): [string, string[]] {
  return [process.execPath, [join(compiled, 'src', 'cli', 'main.js'), 'demo']];
}

const place = (env: Record<string, string> = {}) => ({ cwd: folder, env });

describe('journal-db demo', () => {
  it('imports a verified sample journal and prints its figures, and imports nothing when repeated', async () => {
    const first = await runCommand(...demo(), place());
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('for trader@example.com, a new user.');
    expect(first.stdout).toContain('Verified: counts and exact sums are equal.');
    expect(first.stdout).not.toContain('imported twice');
    expect(importCounts(first.stdout)).toMatchObject({ thereAlready: 0, rejected: 0 });
    expect(first.stdout).toMatchSnapshot();
    // If this fails, run `npm run demo:image`.
    expect(await readFile('docs/demo.svg', 'utf8')).toBe(demoImage(first.stdout));
    expect(await server()).toBeUndefined();

    const second = await runCommand(...demo(), place());
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('Nothing was imported twice: every entry was there already.');
    const { read } = importCounts(first.stdout);
    expect(importCounts(second.stdout)).toEqual({ read, inserted: 0, thereAlready: read, rejected: 0 });
    expect(figures(second.stdout)).toBe(figures(first.stdout));
    expect(await server()).toBeUndefined();
  });

  it('uses its own database, regardless of the environment', async () => {
    const elsewhere = 'postgresql://nobody@127.0.0.1:1/nowhere';
    const env = {
      DATABASE_URL: elsewhere,
      DATABASE_AUTH_URL: elsewhere,
      DATABASE_MIGRATION_URL: elsewhere,
      DATABASE_TLS: 'verify-full',
      NODE_ENV: 'production',
      DATABASE_PRIVILEGE_CHECK: 'error',
    };
    const { code, stdout, stderr } = await runCommand(...demo(), place(env));
    expect({ code, verified: stdout.includes('Verified: ') }).toEqual({ code: 0, verified: true });
    expect(stderr).not.toContain('superuser');
    expect(stderr).toContain('Without DATABASE_URL: started an embedded PostgreSQL');
  });

  it.each([
    ['SIGINT', 130, 'started an embedded PostgreSQL'],
    ['SIGTERM', 143, 'Checking:'],
  ] as const)('leaves no server when %s ends it with %i at "%s"', async (signal, exitCode, line) => {
    const running = startCommand(...demo(), place());
    await printed(running.child.stderr, line);
    expect(await server()).toBeDefined();
    running.child.kill(signal);
    expect((await running.ended).code).toBe(exitCode);
    expect(await server()).toBeUndefined();

    const again = await runCommand(...demo(), place());
    expect({ code: again.code, verified: again.stdout.includes('Verified: ') }).toEqual({
      code: 0,
      verified: true,
    });
  });
});

/** The numbers of the report's first table. */
function importCounts(stdout: string) {
  const [, row = ''] = /entries read.*\n(?:\W*\n)?(.*)/.exec(stdout) ?? [];
  const [read, inserted, thereAlready, rejected] = (row.match(/\d+/g) ?? []).map(Number);
  return { read, inserted, thereAlready, rejected };
}

/** The printed figures of the journal. */
function figures(stdout: string): string {
  const [, printedFigures] = stdout.split(/^Figures of the journal on /m);
  if (printedFigures === undefined) throw new Error('no figures were printed');
  return printedFigures;
}
