/** C0 and C1 controls except line feed, bidirectional controls, line and paragraph separators. */
const controls = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Escapes control characters as in JSON (`\u001b`), so that text cannot control the terminal. */
export function printable(text: string): string {
  return text.replace(controls, escaped);
}

/** Escapes line feeds too, so that a value cannot imitate another line of the output. */
export function oneLine(value: string): string {
  return printable(value).replaceAll('\n', escaped);
}

/** Prints to standard output. Commands must print with `print` or `printError` only. */
export function print(text: string): void {
  console.log(printable(text));
}

/** Prints to standard error. */
export function printError(text: string): void {
  console.error(printable(text));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
