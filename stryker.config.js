import { parseArgs } from 'node:util';

/**
 * Mutation tests. Stryker changes one expression of the files of `--mutate` at a time and runs the
 * specs; a mutant that no spec fails for survives. The specs are those of the mirror folder in
 * `test`, or `--testFiles`. `tools/run-mutation-tests.ts` starts one server for all runs of Jest.
 */
const { values } = parseArgs({
  strict: false,
  options: { mutate: { type: 'string', short: 'm' }, testFiles: { type: 'string' } },
});
const listed = (value) => (typeof value === 'string' ? value.split(',') : []);

/** The folder before the first wildcard, or of the file. */
const folderOf = (pattern) => pattern.replace(/\*.*$/, '').replace(/\/[^/]*$/, '');
const mirrored = (pattern) => `${folderOf(pattern).replace(/^src/, 'test')}/**/*.spec.ts`;

const mutated = listed(values.mutate).filter((pattern) => !pattern.startsWith('!'));
const specs = values.testFiles ? listed(values.testFiles) : mutated.map(mirrored);

export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
  jest: {
    // The run of a mutant loads all files of `testMatch`, also those that `testFiles` leaves out.
    config: {
      roots: [...new Set(specs.map(folderOf))].map((folder) => `<rootDir>/${folder}`),
      testMatch: specs.map((pattern) => `<rootDir>/${pattern}`),
      globalSetup: null,
      globalTeardown: null,
    },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  incremental: true,
  incrementalFile: '.data/mutation/incremental.json',
  tempDirName: '.data/mutation/sandbox',
  ignorePatterns: ['.data', 'bench', 'dist'],
  reporters: ['clear-text', 'progress-append-only', 'html'],
  htmlReporter: { fileName: '.data/mutation/report.html' },
  clearTextReporter: { allowColor: false, reportTests: false },
  concurrency: 1,
};
