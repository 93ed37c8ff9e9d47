import { Module } from '@nestjs/common';
import { EntriesController } from './entries.controller.js';

@Module({ controllers: [EntriesController] })
export class EntriesModule {}
