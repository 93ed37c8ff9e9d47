import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { InvalidInputError, inputProblems } from '../../src/model/input-check.js';

const text = z.string('must be text');
const schema = z.strictObject({
  accountId: text,
  side: z.strictObject({ strikePrice: text }),
  types: z.array(text),
});
const valid = { accountId: 'a', side: { strikePrice: '1' }, types: ['fee'] };

describe('A problem of an input', () => {
  it.each<[string, object, string, string, string]>([
    ['a member', { ...valid, accountId: 5 }, 'accountId', 'account_id', '5'],
    ['a missing member', { ...valid, accountId: undefined }, 'accountId', 'account_id', 'nothing'],
    ['a nested member', { ...valid, side: { strikePrice: 7 } }, 'side.strikePrice', 'side', '7'],
    ['an item of a list', { ...valid, types: ['fee', 5] }, 'types[1]', 'types', '5'],
    ['an unknown member', { ...valid, newId: 1 }, 'newId', 'new_id', '1'],
    ['an unknown nested member', { ...valid, side: { strikePrice: '1', x: 2 } }, 'side.x', 'side', '2'],
  ])("names %s with the caller's spelling", (_, input, property, column, value) => {
    expect(inputProblems(schema, input)).toMatchObject([{ property, column, value }]);
  });

  it('is reported for each unknown member', () => {
    expect(
      inputProblems(schema, { ...valid, newId: 1, side: { strikePrice: '1', x: 2, y: 3 } }),
    ).toMatchObject(
      ['side.x', 'side.y', 'newId'].map((property) => ({ property, reason: 'is not an allowed property' })),
    );
  });

  it.each([
    ['', null, 'null'],
    ['', undefined, 'nothing'],
    ['', [1], '[1]'],
    ['side', { ...valid, side: 'x' }, '"x"'],
  ])('is reported as no object: %j', (property, input, value) => {
    expect(inputProblems(schema, input)).toMatchObject([{ property, value, reason: 'must be an object' }]);
  });

  it('is not named by an id that the input may not have', () => {
    expect(inputProblems(schema, { ...valid, id: 'x' })).toMatchObject([{ id: undefined, property: 'id' }]);
  });

  it('is not named by an empty id', () => {
    const account = z.strictObject({ id: z.string().min(1, 'must not be empty') });
    const problems = inputProblems(account, { id: '' });

    expect(new InvalidInputError('account', problems).message).toBe(
      'Invalid account, nothing was written: id must not be empty (found "").',
    );
  });

  it('shows no password, at any depth of an invalid value', () => {
    const secret = { passwordHash: 'secret', n: 1 };
    const problems = [
      [secret],
      { ...valid, accountId: { users: [secret] } },
      { ...valid, passwordHash: 's3' },
    ].flatMap((input) => inputProblems(schema, input));

    expect(problems.map(({ value }) => value)).toEqual([
      '[{"passwordHash":"something hidden","n":1}]',
      '{"users":[{"passwordHash":"something hidden","n":1}]}',
      'something hidden',
    ]);
  });

  it('has no property if the input itself is wrong', () => {
    expect(inputProblems(schema, null)).toMatchObject([{ property: '', value: 'null' }]);
  });
});
