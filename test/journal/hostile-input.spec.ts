// @slow: tries random input at every method
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JournalDatabaseError } from '../../src/index.js';
import type {
  Amendment,
  EntryChanges,
  EntryRecord,
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
/**
 * A valid entry with a few invalid columns. With more invalid columns, one error would hide the
 * others.
 */
const spoilt = fc
  .tuple(fc.record(columns, { requiredKeys: [] }), fc.subarray(Object.keys(columns), { maxLength: 3 }))
  .map(([garbage, names]) => ({
    ...putSold(),
    id: 'put-1',
    ...Object.fromEntries(Object.entries(garbage).filter(([name]) => names.includes(name))),
  }));

describe('Any input', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);

  beforeAll(async () => {
    under = await startJournal();
    userId = await under.newUser();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  async function staysNamed(work: () => Promise<unknown>): Promise<void> {
    const failure = await failureOf(inScope(work));
    if (failure !== undefined) expect(failure).toBeInstanceOf(JournalDatabaseError);
  }

  it('is stored or refused by an error of this package, never by an error of the driver', async () => {
    const { imports, journal, accounts, users } = under;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(nasty, spoilt),
        spoilt,
        nasty,
        nastyText,
        async (entry, second, value, text) => {
          await staysNamed(() => journal.append(entry as NewEntry));
          await staysNamed(() => journal.append([entry, second] as NewEntry[]));
          await staysNamed(() => imports.appendMissing([entry, second] as EntryRecord[]));
          await staysNamed(() => journal.get(text));
          await staysNamed(() => journal.page({ symbol: value, accountId: value } as PageRequest));
          await staysNamed(() => journal.totals({ from: value } as PageRequest));
          await staysNamed(() => journal.premiumByWeek({ today: value, to: value } as PageRequest));
          await staysNamed(() => journal.asOf(value as Date, { symbol: value } as PageRequest));
          await staysNamed(() => journal.amend(text, entry as EntryChanges, value as Amendment));
          await staysNamed(() => journal.amend('put-1', value as EntryChanges, { reason: 'r', id: text }));
          await staysNamed(() => journal.amend('put-1', second, { reason: text }));
          await staysNamed(() => journal.remove(text, value as Removal));
          await staysNamed(() => journal.remove('put-1', { reason: text, editedBy: value } as Removal));
          await staysNamed(() => journal.restore('put-1', { id: text }));
          await staysNamed(() => journal.restore(text, value as Restoration));
          await staysNamed(() => journal.history(text));
          await staysNamed(() => journal.page({ after: value, limit: value } as PageRequest));
          await staysNamed(() => imports.controlSums([text, 'x']));
          await staysNamed(() => accounts.create({ id: value, name: value } as NewAccount));
          await staysNamed(() => accounts.get(text));
          await staysNamed(() => users.create({ email: value, passwordHash: value } as NewUser));
          await staysNamed(() => users.get(text));
          await staysNamed(() => users.findByEmail(text));
          await staysNamed(() => users.findByEmailWithPasswordHash(text));
        },
      ),
      { numRuns: 150 },
    );
  });
});
