import { createHash } from 'node:crypto';

const names = new Map<string, string>();
/** Each name is kept by the server for each connection, and filters combine to many texts. */
const mostNames = 250;

/**
 * The name under which a statement is prepared, which no other text has, also in another version of
 * this package behind the same pooler. Undefined, for a statement without a name, once there are
 * many.
 */
export function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= mostNames) return known;
  const name = `journal_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  names.set(text, name);
  return name;
}
