import { Module } from '@nestjs/common';
import { JournalExportModule } from '../export/journal-export.module.js';
import { UserDeletionService } from './user-deletion.service.js';

/** The deletion of users, for an application that lets them go. Needs `DatabaseModule`. */
@Module({
  imports: [JournalExportModule],
  providers: [UserDeletionService],
  exports: [UserDeletionService],
})
export class UserDeletionModule {}
