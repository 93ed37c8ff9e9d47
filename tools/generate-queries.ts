// Writes docs/reference/queries.md: `tsx tools/generate-queries.ts`.
import { generateFiles } from './generate-files.js';
import { queriesFile } from './queries/queries-file.js';

await generateFiles('queries', async (settings) => [await queriesFile(settings)]);
