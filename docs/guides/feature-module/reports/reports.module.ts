import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MonthlyReport } from './monthly-report.entity.js';
import { ReportsService } from './reports.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([MonthlyReport])],
  providers: [ReportsService],
  exports: [ReportsService],
})
export class ReportsModule {}
