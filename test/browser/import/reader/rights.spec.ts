// @slow: starts a process for each test
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { JournalFileReader } from '../../../../src/browser/import/reader/file-reader.js';
import { readerProcesses } from '../../../support/reader-processes.js';
import { journalDatabase, temporaryFiles } from '../read/legacy-files.js';

const files = temporaryFiles();
const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('A reader process has the account of its parent, and no variable of its environment', async () => {
  const path = await files.write('journal.db', await journalDatabase());
  const file = await new JournalFileReader().check({ path });
  try {
    const pids = readerProcesses();
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
      expect(variables.filter((variable) => !variable.startsWith('NODE_CHANNEL_'))).toEqual([]);
      const [, account] = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      expect(Number(account)).toBe(process.getuid?.());
    }
  } finally {
    file.close();
  }
});
