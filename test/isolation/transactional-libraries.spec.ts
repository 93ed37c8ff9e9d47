// @slow: starts a process for each library
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compiledRepository } from '../support/compiled.js';
import { startJournal } from '../support/database-journal.js';
import { succeed } from '../support/run-command.js';
import { libraries } from './transactions/library-run.js';
import type { Library, LibraryRun, LibraryTrial } from './transactions/library-run.js';
import { calls, expected } from './transactions/trial.js';

/** The trials of a library, which run in a separate process. */
async function tryOut(library: Library, fastPath: boolean): Promise<LibraryTrial[]> {
  const under = await startJournal({ fastPath });
  try {
    const userId = await under.newUser();
    const run: LibraryRun = { library, userId, url: under.url, fastPath };
    const script = join(await compiledRepository(), 'test/isolation/transactions/run-library.js');
    const args = [script, JSON.stringify(run)];
    const { stdout } = await succeed(process.execPath, args, { cwd: process.cwd() });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LibraryTrial);
  } finally {
    await under.close();
  }
}

describe.each([
  ['the fast transport', true],
  ['the plain transport', false],
])('On %s', (_, fastPath) => {
  it.each(libraries)('%s: calls take part in its transactions', async (library) => {
    const trials = await tryOut(library, fastPath);

    expect(trials).toEqual(
      trials.map((trial) => ({ ...trial, result: expected(trial.surrounding, trial.end) })),
    );
    const surroundings = new Set(trials.map(({ surrounding }) => surrounding.name));
    expect(surroundings.size).toBeGreaterThan(5);
    expect(trials).toHaveLength(surroundings.size * calls.length * 2);
  });
});
