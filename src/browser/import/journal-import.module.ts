import { Module } from '@nestjs/common';
import { JournalImportService } from './journal-import.service.js';

/** The importer, for an application that lets its users bring their journal along. Needs `DatabaseModule`. */
@Module({ providers: [JournalImportService], exports: [JournalImportService] })
export class JournalImportModule {}
