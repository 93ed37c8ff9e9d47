import { expect, test } from '@jest/globals';
import * as root from 'trading-journal-database';
import type { JournalImport, LegacyImport } from 'trading-journal-database';

test('the deprecated names are the same classes, so that Nest injects the same provider by either', () => {
  const request: LegacyImport = { file: 'journal.db', email: 'trader@example.com' } satisfies JournalImport;
  expect(request.file).toBe('journal.db');
  expect(root).toMatchObject({
    LegacyImportService: root.JournalImportService,
    LegacyImportModule: root.JournalImportModule,
  });
});
