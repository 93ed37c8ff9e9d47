import { JournalFileReader } from '../../src/browser/import/reader/file-reader.js';

/**
 * Overrides JournalFileReader in tests to reuse its process: starting a process takes longer than
 * reading a small file.
 */
export const sharedFileReader = { factory: () => new JournalFileReader(100) };
