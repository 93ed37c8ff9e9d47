import { createHash } from 'node:crypto';

const names = new Map<string, string>();
/** Bounds the server's memory per connection: filters combine to many statement texts. */
const maxNames = 250;

/**
 * The prepared name of a statement. A hash of the text, so that another version of this package
 * behind the same pooler never uses the name for another text. Undefined above `maxNames`.
 */
export function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNames) return known;
  const name = `journal_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  names.set(text, name);
  return name;
}
