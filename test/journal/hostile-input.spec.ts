// @slow: tries random input at every method
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInputError, JournalDatabaseError } from '../../src/index.js';
import type {
  Amendment,
  EntryChanges,
  NewAccount,
  NewEntry,
  NewUser,
  PageRequest,
  Removal,
  Restoration,
} from '../../src/index.js';
import { entryRecord } from '../../src/journal/new-entry.js';
import { failureOf } from '../support/failure.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

const looped: Record<string, unknown> = {};
looped['itself'] = looped;
const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    '\0',
    'a\0b',
    '\ud800',
    '\udc00x',
    'NaN',
    'Infinity',
    '1e5',
    '-1',
    10n,
    looped,
    Symbol('x'),
  ),
  fc.constantFrom<unknown>(
    new Date(Number.NaN),
    new Date(-8.64e15),
    new Date(8.64e15),
    new Date(0),
    '0000-00-00',
  ),
  fc.constantFrom<unknown>('1000000000000', '0.000000001', '9'.repeat(50), 'infinity', '2026-02-30', {
    x: 10n,
  }),
  fc.constantFrom<unknown>(
    { toJSON: () => [] },
    { toJSON: () => undefined },
    { x: '\0' },
    { '\ud800': 1 },
    () => 1,
  ),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withTypedArray: true,
  }),
);
const nastyText = fc.oneof(fc.constantFrom('', '\0', '\ud800', 'a\0@b'), fc.string({ unit: 'binary' }));
const columns = Object.fromEntries(
  [...Object.keys(entryRecord.shape), 'surprise'].map((name) => [name, nasty]),
);
/** At most three columns. With more invalid columns, one error would hide the others. */
const few = fc
  .tuple(fc.record(columns, { requiredKeys: [] }), fc.subarray(Object.keys(columns), { maxLength: 3 }))
  .map(([garbage, names]) =>
    Object.fromEntries(Object.entries(garbage).filter(([name]) => names.includes(name))),
  );
/** A valid entry with a few columns that may be invalid. */
const spoilt = (id: string) => few.map((garbage) => ({ ...putSold(), id, ...garbage }));
const inputs = fc.record({
  entry: fc.oneof(nasty, { arbitrary: spoilt('first'), weight: 2 }),
  second: spoilt('second'),
  imported: spoilt('third'),
  changes: few.map((garbage) => ({ notes: 'changed', ...garbage })),
  value: nasty,
  text: nastyText,
  instant: fc.oneof(nasty, fc.date({ noInvalidDate: true })),
  number: fc.oneof(nasty, fc.integer({ min: -10, max: 100 })),
  userId: fc.oneof(nastyText, fc.uuid()),
});
type Inputs = typeof inputs extends fc.Arbitrary<infer T> ? T : never;

describe('Any input', () => {
  let under: JournalUnderTest;
  const stored = ['amended', 'changed', 'replaced', 'removed', 'deleted', 'restored'];

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  /** Calls with any input. The entries `stored` exist; of these, `restored` is removed. */
  function callsWith({ entry, second, imported, changes, value, text, instant, number, userId }: Inputs) {
    const { imports, journal, accounts, users } = under;
    return {
      append: () => journal.append(entry as NewEntry),
      'append of two': () => journal.append([entry, second] as NewEntry[]),
      appendMissing: () => imports.appendMissing([imported]),
      get: () => journal.get(text),
      'page by columns': () => journal.page({ symbol: value, accountId: value } as PageRequest),
      'page by a limit': () => journal.page({ limit: number } as PageRequest),
      totals: () => journal.totals({ from: instant } as PageRequest),
      premiumByWeek: () => journal.premiumByWeek({ to: instant } as PageRequest),
      asOf: () => journal.asOf(instant as Date),
      'asOf by a symbol': () => journal.asOf(new Date(), { symbol: value } as PageRequest),
      'amend of an id': () => journal.amend(text, changes, { reason: 'r' }),
      'amend with an id': () => journal.amend('amended', { notes: 'new' }, { reason: 'r', id: text }),
      'amend of columns': () => journal.amend('changed', changes, { reason: 'r' }),
      'amend with a reason': () => journal.amend('replaced', { notes: 'new' }, { reason: text }),
      'remove of an id': () => journal.remove(text, { reason: 'r' }),
      'remove with a reason': () => journal.remove('removed', { reason: text }),
      'remove by an editor': () => journal.remove('deleted', { reason: 'r', editedBy: value } as Removal),
      'restore with an id': () => journal.restore('restored', { id: text }),
      'restore of an id': () => journal.restore(text, value as Restoration),
      history: () => journal.history(text),
      'page after an entry': () => journal.page({ after: value } as PageRequest),
      controlSums: () => imports.controlSums([text, 'x']),
      'create an account': () => accounts.create({ id: value, name: value } as NewAccount),
      'get an account': () => accounts.get(text),
      'create a user by an address': () => users.create({ email: `${text}@x.com` }),
      'get a user': () => users.get(userId),
      findByEmail: () => users.findByEmail(text),
      findByEmailWithPasswordHash: () => users.findByEmailWithPasswordHash(text),
      // Hardly any input of these is valid.
      'wrong amend': () => journal.amend('replaced', entry as EntryChanges, value as Amendment),
      'wrong changes': () => journal.amend('replaced', value as EntryChanges, { reason: 'r' }),
      'wrong remove': () => journal.remove('removed', value as Removal),
      'wrong filter': () => journal.premiumByWeek({ today: value, to: value } as PageRequest),
      'wrong user': () => users.create({ email: value, passwordHash: value } as NewUser),
    };
  }

  it('is stored or refused by an error of this package, never by an error of the driver', async () => {
    const [called, reached] = [new Set<string>(), new Set<string>()];
    await fc.assert(
      fc.asyncProperty(inputs, async (given) => {
        const { scope, journal } = under;
        const user = await under.newUser();
        await scope.run(user, async () => {
          await journal.append(stored.map((id) => putSold({ id })));
          await journal.remove('restored', { reason: 'r' });
          for (const [name, call] of Object.entries(callsWith(given))) {
            called.add(name);
            const failure = await failureOf(call());
            if (failure !== undefined) expect(failure).toBeInstanceOf(JournalDatabaseError);
            if (!(failure instanceof InvalidInputError)) reached.add(name);
          }
        });
      }),
      { numRuns: 100 },
    );
    // Ensures that the random input of each call is valid at times.
    expect([...called].filter((name) => !reached.has(name) && !name.startsWith('wrong'))).toEqual([]);
  });
});
