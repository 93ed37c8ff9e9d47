// Writes the files generated from the schema: `tsx tools/generate-schema.ts [--types-only]`.
import { generateFiles } from './generate-files.js';
import { generatedFiles, generatedTypes } from './schema/generated-files.js';

const generate = process.argv.includes('--types-only') ? generatedTypes : generatedFiles;
await generateFiles('schema', generate);
