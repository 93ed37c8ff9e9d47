import { Module } from '@nestjs/common';
import { JournalExportModule } from 'trading-journal-database';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';

@Module({
  imports: [JournalExportModule],
  controllers: [ExportsController],
  providers: [ExportsService],
})
export class ExportsModule {}
