import type { Proof, Proofs } from './proofs.js';

function imported(file: string, title: string): Proof {
  return { file: `test/browser/import/${file}.spec.ts`, title };
}

const limits = (title: string) => imported('reader/limits', title);

/** What a file tries in vain that a user imports. */
export const importedFiles: Proofs = {
  'a view, a virtual table, a generated column or a trigger that computes for ever': imported(
    'read/refusals',
    'that would be computed for ever: %s.db',
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
    'damaged files are refused, or imported as another reader reads them',
  ),
  'a reader process that goes on when the application has ended': limits(
    'ends when its parent is killed, though it is busy',
  ),
  'reading the credentials of the application from its environment': imported(
    'reader/rights',
    'A reader process has the account of its parent, and no variable of its environment',
  ),
  'a device, a pipe or a directory in place of a file': imported('read/refusals', 'is a device'),
  'a text of many megabytes, or a flood of wrong rows': limits(
    'refuses a cell that no honest journal has, and a flood of problems',
  ),
  'a line without an end': imported('read/refusals', 'that is longer than a row can be'),
  'a JSON key that stands twice with different values': imported(
    'read/parse-json',
    'refuses a key that stands twice with different values, and says where',
  ),
  'control characters for the terminal of an operator': {
    file: 'test/cli/printing.spec.ts',
    title: 'prints no control characters of a file, its tables, its rows and its name',
  },
  'other content under the id of a stored entry': imported(
    'service/repeated',
    'is left out with skipInvalid, and never overwritten',
  ),
  'rows for another user': imported(
    'service/two-users',
    'what users import, import again and delete touches nobody else',
  ),
  'half of a file': imported('service/all-or-nothing', 'if the database fails halfway'),
  'the temporary path of an upload in a message': {
    file: 'test/e2e/imports.spec.ts',
    title: 'that %s ends in a failure that a user can read, and nothing is stored',
  },
};

/** What a file can do that a user imports. */
export const importedAllTheSame: Proofs = {
  'a file that stays within its limits': limits('is ended when it takes too long'),
  'a file that escapes from WebAssembly by a fault of Node.js': imported(
    'reader/rights',
    'A reader process has the account of its parent, and no variable of its environment',
  ),
  'invented entries, with instants at which nobody recorded them': imported(
    'service/facts',
    'keeps both forms of its timestamps as the instants that they are',
  ),
};
