import type { Proof, Proofs } from './proofs.js';

function imported(file: string, title: string): Proof {
  return { file: `test/browser/import/${file}.spec.ts`, title };
}

const limits = (title: string) => imported('reader/limits', title);

/** Attempts of an imported file that are prevented. */
export const importedFiles: Proofs = {
  'a view, a virtual table, a generated column or a trigger that computes for ever': imported(
    'read/refusals',
    'if its rows would be computed endlessly: %s.db',
  ),
  'a file that takes hours to read': limits('is ended when it takes too long'),
  'a file that takes all memory: in JavaScript, in buffers or in WebAssembly': limits(
    'is ended when it takes too much memory, in buffers as in objects',
  ),
  'a file that blocks the event loop of the application': limits(
    'never blocks the process that imports a file %s, and refuses the file',
  ),
  'a damaged database that breaks the engine of SQLite': imported(
    'reader/mutated-files',
    'damaged files are refused, or imported with the rows that another reader returns',
  ),
  'a reader process that goes on when the application has ended': limits(
    'ends when its parent is killed, even during work',
  ),
  'reading the credentials of the application from its environment': imported(
    'reader/rights',
    'A reader process has the account of its parent, and no variable of its environment',
  ),
  'a device, a pipe or a directory in place of a file': imported('read/refusals', 'is a device'),
  'a text of many megabytes, or a flood of wrong rows': limits(
    'refuses an overlong cell, and a file with too many problems or symbols',
  ),
  'a line without an end': imported('read/refusals', 'are refused if a line is longer than any row'),
  'a JSON key that stands twice with different values': imported(
    'read/json-values',
    'refuses a repeated key with different values, and names its place',
  ),
  'control characters for the terminal of an operator': {
    file: 'test/cli/printing.spec.ts',
    title: 'prints no control characters of a file, its tables, its rows and its name',
  },
  'other content under the id of a stored entry': imported(
    'service/repeated',
    'is skipped with skipInvalid, and never overwritten',
  ),
  'rows for another user': imported(
    'service/two-users',
    'imports, repeated imports and deletions of a user change no data of other users',
  ),
  'half of a file': imported('service/all-or-nothing', 'if the database fails during the import'),
  'the temporary path of an upload in a message': {
    file: 'test/e2e/imports.spec.ts',
    title: 'that %s ends in a failure with a clear message, and nothing is stored',
  },
};

/** Effects of an imported file that are not prevented. */
export const importedAllTheSame: Proofs = {
  'a file that stays within its limits': limits('is ended when it takes too long'),
  'a file that escapes from WebAssembly by a fault of Node.js': imported(
    'reader/rights',
    'A reader process has the account of its parent, and no variable of its environment',
  ),
  'invented entries, with instants at which nobody recorded them': imported(
    'service/facts',
    'keeps the instants of both forms of its timestamps',
  ),
};
