import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as prettier from 'prettier';

/**
 * The folder for reports: the project's documents for the full size, otherwise a separate folder.
 */
export function reportFolder(output: string | undefined, isFull: boolean): string {
  const bench = resolve(import.meta.dirname, '..', '..');
  if (output !== undefined) return resolve(output);
  return isFull ? resolve(bench, '..', 'docs', 'reference') : resolve(bench, '.data', 'reports');
}

/**
 * Writes a report and its images in the project's format.
 *
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
