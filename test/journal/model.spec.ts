// @slow: plays random programs
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JournalDatabaseError } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

const kinds = [
  'append',
  'amend',
  'remove',
  'restore',
  'amend again',
  'remove again',
  'restore again',
] as const;
/** An operation: its kind, the index of its entry, and one of three amounts and reasons. */
const operation = fc.record({
  kind: fc.constantFrom(...kinds),
  target: fc.nat(),
  flavour: fc.nat(2),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const amounts = ['0.00000000', '1.00000000', '-2.50000000'] as const;

/**
 * An entry in the model. Its times are the numbers of the operations that created and deleted it.
 */
interface Link {
  id: string;
  amount: string;
  created: number;
  deleted: number | null;
  reason: string | null;
}

/** The expected result of an operation: an entry id, or an error code. */
type Outcome = { id: string } | { code: string };

/** The journal as an oracle in memory: chains of entries that replace one another. */
class Model {
  readonly chains: Link[][] = [];

  get links(): Link[] {
    return this.chains.flat();
  }

  known(at: number): string[] {
    const isKnown = ({ created, deleted }: Link) => created <= at && (deleted === null || deleted > at);
    return this.links.flatMap((link) => (isKnown(link) ? link.id : [])).sort();
  }

  append(id: string, amount: string, now: number): Outcome {
    this.chains.push([{ id, amount, created: now, deleted: null, reason: null }]);
    return { id };
  }

  amend(id: string, amount: string, reason: string, successor: string, now: number): Outcome {
    const { chain, link, live } = this.#find(id);
    if (link.deleted === null) {
      Object.assign(link, { deleted: now, reason });
      chain.push({ id: successor, amount, created: now, deleted: null, reason: null });
      return { id: successor };
    }
    const there = chain.slice(chain.indexOf(link) + 1).find((later) => later.id === successor);
    if (there?.amount === amount) return { id: successor };
    return { code: live ? 'ENTRY_ALREADY_AMENDED' : 'ENTRY_REMOVED' };
  }

  remove(id: string, reason: string, now: number): Outcome {
    const { chain, link, live } = this.#find(id);
    if (link.deleted === null) Object.assign(link, { deleted: now, reason });
    else if (chain.at(-1) !== link || link.reason !== reason)
      return { code: live ? 'ENTRY_ALREADY_AMENDED' : 'ENTRY_REMOVED' };
    return { id };
  }

  restore(id: string, restored: string, now: number): Outcome {
    const { chain, link, live } = this.#find(id);
    if (link.deleted === null) return { id };
    const there = chain.find((other) => other.id === restored);
    if (there?.amount === link.amount) return { id: restored };
    if (live) return { code: 'ENTRY_ALREADY_AMENDED' };
    if (there) return { code: 'ENTRY_CONFLICT' };
    chain.push({ id: restored, amount: link.amount, created: now, deleted: null, reason: null });
    return { id: restored };
  }

  #find(id: string): { chain: Link[]; link: Link; live: boolean } {
    for (const chain of this.chains) {
      const link = chain.find((each) => each.id === id);
      if (link) return { chain, link, live: chain.some(({ deleted }) => deleted === null) };
    }
    throw new Error(`the model has no ${id}`);
  }
}

/** The immutable columns of each row as text, by id. */
type Rows = Map<string, string>;

describe('After any appends, amendments, removals and restorations,', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  async function immutableRows(userId: string): Promise<Rows> {
    const rows: { id: string; row: string }[] = await under.owner.query(
      `SELECT id, (to_jsonb(journal) - ARRAY['deleted_at', 'edited_by', 'edit_reason', 'updated_at'])::text AS row
       FROM journal WHERE user_id = $1`,
      [userId],
    );
    return new Map(rows.map(({ id, row }) => [id, row]));
  }

  /** A server timestamp between two operations. */
  async function instantBetween(): Promise<Date> {
    const [row]: { now: Date }[] = await under.owner.query(
      `WITH waited AS MATERIALIZED (SELECT pg_sleep(0.003)) SELECT clock_timestamp()::timestamptz(3) AS now FROM waited`,
    );
    await under.owner.query('SELECT pg_sleep(0.003)');
    return row?.now ?? new Date(0);
  }

  function expected(
    model: Model,
    { kind, target, flavour }: Operation,
    now: number,
  ): [Outcome, () => Promise<Outcome>] {
    const { journal } = under;
    const amount = amounts[flavour] ?? amounts[0];
    const reason = `reason ${flavour}`;
    const ids = model.links.map(({ id }) => id);
    const id = ids[target % ids.length];
    const fresh = `e${now}`;
    // A call "again" repeats an existing id, usually the id of an entry that such a call stored.
    const used = ids[Math.min(ids.indexOf(id ?? '') + 1, ids.length - 1)] ?? fresh;
    const successor = kind.endsWith('again') && used !== id ? used : fresh;
    if (kind === 'append' || id === undefined)
      return [model.append(fresh, amount, now), () => journal.append(putSold({ id: fresh, amount }))];
    const isElsewhere = ids.includes(successor) && !sameChain(model, id, successor);
    const chosen = isElsewhere ? fresh : successor;
    if (kind.startsWith('amend'))
      return [
        model.amend(id, amount, reason, chosen, now),
        () => journal.amend(id, { amount }, { reason, id: chosen }),
      ];
    if (kind.startsWith('remove'))
      return [model.remove(id, reason, now), () => journal.remove(id, { reason })];
    return [model.restore(id, chosen, now), () => journal.restore(id, { id: chosen })];
  }

  it('the live entries, the histories and the state at any instant equal those of a model, and no row is lost or rewritten', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 8, maxLength: 30 }), async (operations) => {
        const userId = await under.newUser();
        const model = new Model();
        const instants: Date[] = [];
        let before: Rows = new Map();
        await under.scope.run(userId, async () => {
          const liveIds = async (asOf?: Date) => {
            const request = { limit: 100, ...(asOf ? { asOf } : {}) };
            return (await under.journal.page(request)).entries.map(({ id }) => id).sort();
          };
          for (const [now, each] of operations.entries()) {
            const [outcome, call] = expected(model, each, now);
            const actual: Outcome = await call().catch((error: unknown) => {
              if (!(error instanceof JournalDatabaseError)) throw error;
              return { code: error.code };
            });
            expect(actual).toMatchObject(outcome);
            seen.add(`${each.kind}: ${'code' in outcome ? outcome.code : 'done'}`);

            instants.push(await instantBetween());
            expect(await liveIds()).toEqual(model.known(now));
            const after = await immutableRows(userId);
            for (const [id, row] of before) expect(after.get(id)).toBe(row);
            expect(after.size).toBe(model.links.length);
            before = after;
          }
          for (const chain of model.chains) {
            expect(chain.filter(({ deleted }) => deleted === null).length).toBeLessThanOrEqual(1);
            for (const { id } of chain) {
              const history = await under.journal.history(id);
              expect(
                history.map((link) => [link.id, link.amount, link.deletedAt === null, link.editReason]),
              ).toEqual(chain.map((link) => [link.id, link.amount, link.deleted === null, link.reason]));
            }
          }
          for (const [now, instant] of instants.entries())
            expect(await liveIds(instant)).toEqual(model.known(now));
        });
      }),
      { numRuns: 25 },
    );
    // Ensures that the random sequences reach all cases.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'amend: done',
        'amend: ENTRY_ALREADY_AMENDED',
        'amend: ENTRY_REMOVED',
        'amend again: done',
        'remove: done',
        'remove: ENTRY_ALREADY_AMENDED',
        'remove: ENTRY_REMOVED',
        'restore: done',
        'restore: ENTRY_ALREADY_AMENDED',
        'restore again: done',
      ]),
    );
  });
});

function sameChain(model: Model, id: string, other: string): boolean {
  return model.chains.some((chain) =>
    [id, other].every((wanted) => chain.some((link) => link.id === wanted)),
  );
}
