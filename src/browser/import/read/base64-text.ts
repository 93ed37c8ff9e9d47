import { LegacyFileError } from './legacy-file.error.js';

/**
 * The bytes that a base64 text stands for. White space counts for nothing, and neither do double
 * quotes around the text, which a dump of localStorage has. Node's own decoder skips what it does
 * not know, so the text is checked first.
 *
 * @throws LegacyFileError where the text breaks off or holds another character.
 */
export function decodeBase64(path: string, text: string): Buffer {
  const trimmed = text.trim();
  const opened = trimmed.startsWith('"');
  const closed = trimmed.length > 1 && trimmed.endsWith('"');
  const characters = trimmed.slice(opened ? 1 : 0, closed ? -1 : undefined).replace(/\s+/g, '');
  const payload = characters.replace(/={1,2}$/, '');
  const stranger = /[^A-Za-z0-9+/]/.exec(payload);
  if (stranger !== null) {
    throw new LegacyFileError(
      path,
      `is base64 text with an invalid character at position ${stranger.index} (white space and quotes not counted); ` +
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
