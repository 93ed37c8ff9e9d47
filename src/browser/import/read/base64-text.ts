import { LegacyFileError } from './legacy-file.error.js';

/**
 * Decodes base64. Ignores white space, and the double quotes around a text from a dump of
 * localStorage. Checks the characters first, because Node's decoder skips invalid ones.
 *
 * @throws LegacyFileError if the text is truncated or has an invalid character
 */
export function decodeBase64(path: string, text: string): Buffer {
  const trimmed = text.trim();
  const opened = trimmed.startsWith('"');
  const closed = trimmed.length > 1 && trimmed.endsWith('"');
  const characters = trimmed.slice(opened ? 1 : 0, closed ? -1 : undefined).replace(/\s+/g, '');
  const payload = characters.replace(/={1,2}$/, '');
  const invalid = /[^A-Za-z0-9+/]/.exec(payload);
  if (invalid !== null) {
    throw new LegacyFileError(
      path,
      `is base64 text with an invalid character at position ${invalid.index} (white space and quotes not counted); ` +
        'copy the text out of localStorage again, without anything around it',
    );
  }
  if (characters.length % 4 !== 0 || opened !== closed) {
    throw new LegacyFileError(
      path,
      `is base64 text that breaks off after ${characters.length} characters; copy the whole text out of localStorage again`,
    );
  }
  return Buffer.from(payload, 'base64');
}
