import { describe, expect, it } from '@jest/globals';
import { findSyntaxError } from '../../../src/import/read/json-syntax.js';

describe('the place of a syntax error', () => {
  // ‸ stands before the first character that is wrong.
  it.each([
    '‸',
    '‸oops',
    '{"a": 1‸',
    '{"a": 1,‸}',
    '{"a" ‸1}',
    '{"a":‸}',
    '{‸a: 1}',
    '{"a": 1‸]',
    '[1,‸]',
    '[1 ‸2]',
    '[1]‸]',
    '{}‸{}',
    '{}‸,',
    '[‸,]',
    '[‸tru]',
    '["a‸',
    '["a\\"‸',
    '["a‸\\x"]',
    '["a‸\n"]',
    '["\\u00e9", 1‸.]',
    '[‸-]',
    '[0‸1]',
  ])('%j', (marked) => {
    const text = marked.replace('‸', '');
    expect(() => {
      JSON.parse(text);
    }).toThrow(SyntaxError);
    const { line, column } = findSyntaxError(text);
    expect(line).toBe(1);
    expect(column - 1).toBe(marked.indexOf('‸'));
  });

  it('counts lines', () => {
    expect(findSyntaxError('{\n  "a": [1,\n   2,, 3]\n}')).toEqual({ line: 3, column: 6 });
  });

  it('goes through long strings and deep nesting', () => {
    const long = 'a\\n'.repeat(2_000_000);
    expect(findSyntaxError(`["${long}", x]`)).toEqual({ line: 1, column: long.length + 6 });
    expect(findSyntaxError('['.repeat(100_000))).toEqual({ line: 1, column: 100_001 });
  });
});
