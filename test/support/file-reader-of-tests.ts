import { FileAnswers } from '../../src/browser/import/reader/answers.js';
import { JournalFileReader, receivedFile } from '../../src/browser/import/reader/file-reader.js';
import type { FileRequest, ReceivedFile } from '../../src/browser/import/reader/file-reader.js';
import type { NextAnswer } from '../../src/browser/import/reader/reader-process.js';

/**
 * Reads files in the process of the tests: starting a process takes longer than reading a small
 * file. Messages pass through JSON as between processes. A file with limits or a signal gets a
 * process of its own.
 */
class FileReaderOfTests extends JournalFileReader {
  override async check(
    request: FileRequest,
    onProgress: (rows: number, total: number) => void = () => {},
  ): Promise<ReceivedFile> {
    const { limits = {}, signal, ...file } = request;
    const isPlain = Object.keys(limits).length === 0 && signal === undefined;
    if (!isPlain || Object.values(file).some((path) => path?.includes('\0')))
      return super.check(request, onProgress);
    const answers = new FileAnswers(file, onProgress);
    const close = () => answers.source?.close();
    const next = async () => JSON.parse(JSON.stringify(await answers.next())) as NextAnswer;
    const entries = () => answers.entries();
    try {
      return await receivedFile({ next, entries }, close);
    } catch (error) {
      close();
      throw error;
    }
  }
}

/** Overrides JournalFileReader in tests. */
export const fileReaderOfTests = { factory: () => new FileReaderOfTests() };
