import { FileReader } from '../../src/browser/import/reader/file-reader.js';

/**
 * Overrides FileReader in tests: to start a process for each file of a test takes longer than to
 * read it.
 */
export const sharedFileReader = { factory: () => new FileReader({ filesPerProcess: 100 }) };
