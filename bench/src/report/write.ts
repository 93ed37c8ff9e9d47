import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as prettier from 'prettier';

/**
 * Where reports belong: those of the full size into the project's documents, others out of the way.
 */
export function reportFolder(output: string | undefined, isFull: boolean): string {
  const bench = resolve(import.meta.dirname, '..', '..');
  if (output !== undefined) return resolve(output);
  return isFull ? resolve(bench, '..', 'docs', 'reference') : resolve(bench, '.data', 'reports');
}

/**
 * Writes a report and the pictures beside it, in the project's format.
 * @returns the path of the text
 */
export async function writeReport(
  folder: string,
  name: string,
  markdown: string,
  picture: string,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.md`);
  const style = await prettier.resolveConfig(join(import.meta.dirname, '..', '..', '..', 'README.md'));
  await writeFile(file, await prettier.format(markdown, { ...style, parser: 'markdown' }));
  await writeFile(join(folder, `${name}.svg`), picture);
  return file;
}
