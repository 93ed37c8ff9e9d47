import { Module } from '@nestjs/common';
import { LegacyImportService } from './legacy-import.service.js';

/** The importer, for an application that lets its users bring their journal along. Needs `DatabaseModule`. */
@Module({ providers: [LegacyImportService], exports: [LegacyImportService] })
export class LegacyImportModule {}
