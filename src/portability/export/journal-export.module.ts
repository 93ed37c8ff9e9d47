import { Module } from '@nestjs/common';
import { JournalExportService } from './journal-export.service.js';

/**
 * The exporter, for an application that lets its users take their journal along. Needs
 * `DatabaseModule`.
 */
@Module({ providers: [JournalExportService], exports: [JournalExportService] })
export class JournalExportModule {}
