// Writes a journal file of the browser application: `node write-sample.js FILE`.
import { writeFile } from 'node:fs/promises';
import { generateLegacyDatabase } from 'trading-journal-database/testing';

await writeFile(process.argv[2] ?? '', await generateLegacyDatabase({ timeZone: 'America/Denver' }));
