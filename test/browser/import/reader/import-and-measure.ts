// Imports a file into DATABASE_URL, and measures the turns of its event loop:
// `import-and-measure.js REQUEST`, as JSON. Prints an `ImportMeasurement`. It is a process of its
// own, because a worker of Jest collects the garbage of earlier test files, too.
import { NestFactory } from '@nestjs/core';
import { DatabaseModule, JournalImportModule, JournalImportService } from '../../../../src/index.js';
import type { ImportReport, JournalImport } from '../../../../src/index.js';
import { LongestTurn } from './longest-turn.js';

export interface ImportMeasurement {
  /** Processor time of the longest turn, in milliseconds. */
  longestTurn: number;
  notImported?: ImportReport['notImported'];
  /** The code of the error that the import threw. */
  code?: unknown;
}

const [, , request = ''] = process.argv;
const application = await NestFactory.createApplicationContext(
  { module: class {}, imports: [DatabaseModule.forRoot(), JournalImportModule] },
  { logger: false },
);
const turns = new LongestTurn();
const outcome = await application
  .get(JournalImportService)
  .import(JSON.parse(request) as JournalImport)
  .then(
    ({ notImported }) => ({ notImported }),
    (error: { code?: unknown }) => ({ code: error.code }),
  );
const measurement: ImportMeasurement = { longestTurn: turns.end(), ...outcome };
console.log(JSON.stringify(measurement));
await application.close();
