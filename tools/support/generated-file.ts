import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

/** A file of the repository that is made from a migrated database. */
export interface GeneratedFile {
  path: string;
  text: string;
}

/** A file as it is in the repository; empty if it is not there yet. */
export function committedText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The file in the form in which the repository keeps its files. */
export async function formatted(path: string, text: string): Promise<GeneratedFile> {
  const config = await resolveConfig(path);
  return { path, text: await format(text, { ...config, filepath: path }) };
}
