import { describe, expect, it } from '@jest/globals';
import { CopyRefusedError, TransactionControlError } from '../../src/index.js';
import { refusalOf } from '../../src/driver/refused-texts.js';

const many = 200_000;

describe('A foreign text', () => {
  it.each([
    ['a transaction', 'COMMIT', TransactionControlError],
    ['one after comments', `/* a /* b */ */ -- c\n; COMMIT`, TransactionControlError],
    ['one after very many comments', `${'/**/ -- a\n'.repeat(many)}COMMIT`, TransactionControlError],
    ['a prepared transaction', `PREPARE /**/ TRANSACTION 'a'`, TransactionControlError],
    ['a COPY', '\tcopy journal TO STDOUT', CopyRefusedError],
    ['a NUL, which would end the text for the server', 'SELECT 1\0', TypeError],
  ])('is refused with %s', (_what, text, refusal) => {
    expect(refusalOf(text)).toBeInstanceOf(refusal);
  });

  it.each([
    ['a prepared statement', 'PREPARE transactions AS SELECT 1'],
    ['a comment that does not end', '/* COMMIT'],
    ['a word in quotes', '"commit"'],
    ['a longer word', 'commits'],
    ['nothing', ' ; -- COMMIT'],
  ])('is sent with %s', (_what, text) => {
    expect(refusalOf(text)).toBeUndefined();
  });
});
