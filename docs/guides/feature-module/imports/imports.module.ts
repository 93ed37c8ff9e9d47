import { Module } from '@nestjs/common';
import { MulterModule } from '@nestjs/platform-express';
import { JournalImportModule } from 'trading-journal-database';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';
import { UploadFolder } from './upload-folder.js';

@Module({
  imports: [JournalImportModule, MulterModule.registerAsync({ useClass: UploadFolder })],
  controllers: [ImportsController],
  providers: [ImportsService],
})
export class ImportsModule {}
