import { Module } from '@nestjs/common';
import { JournalExportModule } from '../export/journal-export.module.js';
import { UserDeletionService } from './user-deletion.service.js';

/** Provides `UserDeletionService`. Requires `DatabaseModule`. */
@Module({
  imports: [JournalExportModule],
  providers: [UserDeletionService],
  exports: [UserDeletionService],
})
export class UserDeletionModule {}
