/** Where a JSON text is broken; both count from 1. */
export interface TextPosition {
  line: number;
  column: number;
}

const space = /[ \t\n\r]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;
// A search for the next character of note instead of one pattern for the whole string: long notes overflow its stack.
const stringStop = /["\\\x00-\x1f]/g;

/**
 * The place of the first syntax error of a text that JSON.parse refuses. Its own messages quote the text, which is
 * private, and often leave the place out.
 */
export function findSyntaxError(text: string): TextPosition {
  const offset = firstInvalid(text);
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

type Expected = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close';

function firstInvalid(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = skip(space, text, 0);
  for (; at < text.length; at = skip(space, text, at)) {
    const character = text.charAt(at);
    const inObject = open.at(-1) === '{';
    const closes = expected.endsWith('close') && character === (inObject ? '}' : ']') && open.length > 0;
    if (closes) {
      open.pop();
      expected = 'comma-or-close';
      at += 1;
    } else if (expected === 'comma-or-close') {
      if (character !== ',' || open.length === 0) return at;
      expected = inObject ? 'key' : 'value';
      at += 1;
    } else if (expected === 'colon') {
      if (character !== ':') return at;
      expected = 'value';
      at += 1;
    } else if (character === '"') {
      const { end, whole } = scanString(text, at + 1);
      if (!whole) return end;
      expected = expected.startsWith('key') ? 'colon' : 'comma-or-close';
      at = end;
    } else if (expected.startsWith('key')) {
      return at;
    } else if (character === '{' || character === '[') {
      open.push(character);
      expected = character === '{' ? 'key-or-close' : 'value-or-close';
      at += 1;
    } else {
      const end = skip(scalar, text, at);
      if (end === at) return at;
      expected = 'comma-or-close';
      at = end;
    }
  }
  return text.length;
}

/** Follows a string from behind its opening quote to behind its closing one, or to what is wrong in it. */
function scanString(text: string, start: number): { end: number; whole: boolean } {
  for (let at = start; ;) {
    stringStop.lastIndex = at;
    const stop = stringStop.exec(text);
    if (stop === null) return { end: text.length, whole: false };
    if (stop[0] === '"') return { end: stop.index + 1, whole: true };
    at = skip(escape, text, stop.index);
    if (at === stop.index) return { end: at, whole: false };
  }
}

/** The offset behind what a sticky pattern matches at `at`; `at` itself where it matches nothing. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}
