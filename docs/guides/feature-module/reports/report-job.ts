import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { ReportsService } from './reports.service.js';

// node dist/reports/report-job.js 2026-03
const [, , month = ''] = process.argv;
const ending = new AbortController();
process.once('SIGTERM', () => ending.abort());
process.once('SIGINT', () => ending.abort());

const app = await NestFactory.createApplicationContext(AppModule);
try {
  const { done, failed, isComplete } = await app.get(ReportsService).writeAll(month, ending.signal);
  console.log(`${done} users done, ${failed} failed${isComplete ? '' : '; interrupted, run it again'}`);
  if (failed > 0 || !isComplete) process.exitCode = 1;
} finally {
  await app.close();
}
