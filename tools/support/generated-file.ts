import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

/** A file of the repository that is generated from a migrated database. */
export interface GeneratedFile {
  path: string;
  text: string;
}

/** The text of a file in the repository; empty if the file does not exist. */
export function committedText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Formats the text with the repository's Prettier configuration. */
export async function formatted(path: string, text: string): Promise<GeneratedFile> {
  const config = await resolveConfig(path);
  return { path, text: await format(text, { ...config, filepath: path }) };
}
