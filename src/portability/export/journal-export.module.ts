import { Module } from '@nestjs/common';
import { JournalExportService } from './journal-export.service.js';

/** Provides `JournalExportService`. Requires `DatabaseModule`. */
@Module({ providers: [JournalExportService], exports: [JournalExportService] })
export class JournalExportModule {}
