import { Module } from '@nestjs/common';
import { ImportedJournal } from '../../journal/imported-journal.js';
import { JournalImportService } from './journal-import.service.js';
import { JournalFileReader } from './reader/file-reader.js';

/** Provides `JournalImportService`. Requires `DatabaseModule`. */
@Module({
  providers: [JournalImportService, ImportedJournal, JournalFileReader],
  exports: [JournalImportService],
})
export class JournalImportModule {}
