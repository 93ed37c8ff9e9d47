/** Controls of C0 and C1, and what reorders or breaks a line. A line feed is none of them. */
const controls = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text that does nothing to a terminal: its control characters are shown as JSON writes them, such
 * as `\u001b`.
 */
export function printable(text: string): string {
  return text.replace(controls, escaped);
}

/** A value within a text, which cannot begin a line of its own. */
export function oneLine(value: string): string {
  return printable(value).replaceAll('\n', escaped);
}

/**
 * Prints text on the standard output stream; each command prints through this function or the next
 * one.
 */
export function print(text: string): void {
  console.log(printable(text));
}

/** Prints text on the standard error stream. */
export function printError(text: string): void {
  console.error(printable(text));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
