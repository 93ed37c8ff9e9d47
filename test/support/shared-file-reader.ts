import { FileReader } from '../../src/browser/import/reader/file-reader.js';

/**
 * Overrides FileReader in tests to reuse its process: starting a process takes longer than reading
 * a small file.
 */
export const sharedFileReader = { factory: () => new FileReader({ filesPerProcess: 100 }) };
