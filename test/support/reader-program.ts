import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledRepository } from './compiled.js';

/** Replaces the function of `src`, whose program is TypeScript until it is compiled. */
export async function readerProgram(): Promise<URL> {
  return pathToFileURL(join(await compiledRepository(), 'src/browser/import/reader/main.js'));
}
