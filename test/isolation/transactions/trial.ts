import type { DataSource, Repository } from 'typeorm';
import { JournalDatabaseError } from '../../../src/index.js';
import type { AccountsRepository, JournalEntry, JournalRepository, UserScope } from '../../../src/index.js';
import { putSold } from '../../support/database-journal.js';

/** The repositories of one user, and the DataSource that they share. */
export interface TrialJournal {
  userId: string;
  dataSource: DataSource;
  /** Connects as the owner of the tables and sees the rows of each user. */
  owner: DataSource;
  scope: UserScope;
  accounts: AccountsRepository;
  journal: JournalRepository;
  /** The plain repository that `@InjectRepository(JournalEntry)` injects. */
  entries: Repository<JournalEntry>;
}

/** A manager, a query runner or a DataSource. */
interface Sender {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/** A transaction that application code opens by an API of TypeORM or of a library. */
export interface Surrounding {
  name: string;
  /** True: calls within it take part. False: they are rejected with TransactionNotJoinedError. */
  joins: boolean;
  /**
   * Opens the transaction, sends `own` through it, runs `work`, and commits; rolls back if `work`
   * throws.
   */
  run(
    journal: TrialJournal,
    own: (sender: Sender) => Promise<unknown>,
    work: () => Promise<void>,
  ): Promise<unknown>;
}

/** The outcomes of the surrounding transaction, of its own row and of the call within it. */
export interface TrialResult {
  surrounding: string;
  call: string;
  stored: string;
}

interface Call {
  name: string;
  /** Stores one row with this id. */
  send(journal: TrialJournal, id: string): Promise<unknown>;
}

const insertAccount = 'INSERT INTO accounts (user_id, id, name) VALUES ($1, $2, $2)';

/** Calls that store a row, each by another API. */
export const calls: Call[] = [
  { name: 'journal.append', send: ({ journal }, id) => journal.append(putSold({ id })) },
  { name: 'journal.load', send: ({ journal }, id) => journal.load([putSold({ id })]) },
  { name: 'accounts.create', send: ({ accounts }, id) => accounts.create({ id, name: id }) },
  {
    name: 'insert by a plain repository',
    send: ({ entries, userId }, id) => entries.insert(row(userId, id)),
  },
  { name: 'save by a plain repository', send: ({ entries, userId }, id) => entries.save(row(userId, id)) },
  {
    name: 'dataSource.query',
    send: ({ dataSource, userId }, id) => dataSource.query(insertAccount, [userId, id]),
  },
  {
    name: 'a query runner of its own',
    send: async ({ dataSource, userId }, id) => {
      const runner = dataSource.createQueryRunner();
      try {
        return (await runner.query(insertAccount, [userId, id])) as unknown;
      } finally {
        await runner.release();
      }
    },
  },
];

/** An entry as a plain repository takes it. */
export function row(userId: string, id: string) {
  return { userId, id, ts: new Date('2026-01-05'), accountId: 'acct-1', type: 'fee', amount: '-1' } as const;
}

/** How the code in the surrounding transaction ends. */
export type End = 'returns' | 'throws';

/** The error that the code in a surrounding transaction throws. */
export class OwnError extends Error {}

let trials = 0;

/** Makes one call in a surrounding transaction. */
export async function attempt(
  journal: TrialJournal,
  surrounding: Surrounding,
  call: Call,
  end: End,
): Promise<TrialResult> {
  trials += 1;
  const [ownId, callId] = [`own-${trials}`, `call-${trials}`];
  const result = { surrounding: 'not begun', call: 'not made' };
  const own = (sender: Sender) => sender.query(insertAccount, [journal.userId, ownId]);
  const work = async () => {
    result.call = await nameOfEnd(call.send(journal, callId));
    if (end === 'throws') throw new OwnError('own error');
  };
  result.surrounding = await nameOfEnd(surrounding.run(journal, own, work));
  const names = new Map([
    [ownId, 'own row'],
    [callId, 'row of the call'],
  ]);
  const stored = (await storedIds(journal)).flatMap((id) => names.get(id) ?? []);
  return { ...result, stored: stored.sort().join(', ') };
}

/**
 * The only results that are right: a call takes part, or it is rejected by name and stores nothing.
 */
export function expected({ joins }: Pick<Surrounding, 'joins'>, end: End): TrialResult {
  const rows = joins ? 'own row, row of the call' : 'own row';
  return {
    surrounding: end === 'returns' ? 'resolved' : 'Error: own error',
    call: joins ? 'resolved' : 'TRANSACTION_NOT_JOINED',
    stored: end === 'returns' ? rows : '',
  };
}

/** The rows that must be stored after such an end of the transaction and of the call. */
export function rowsAfter({ surrounding, call }: TrialResult): string {
  if (surrounding !== 'resolved') return '';
  return call === 'resolved' ? 'own row, row of the call' : 'own row';
}

/** The ids of all entries and accounts that are committed. */
export async function storedIds({
  owner,
  userId,
}: Pick<TrialJournal, 'owner' | 'userId'>): Promise<string[]> {
  const rows = await owner.query<{ id: string }[]>(
    'SELECT id FROM journal WHERE user_id = $1 UNION ALL SELECT id FROM accounts WHERE user_id = $1',
    [userId],
  );
  return rows.map(({ id }) => id);
}

/** `resolved`, the code of an error of the package, or another error as text. */
export function nameOfEnd(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'resolved',
    (error: unknown) => (error instanceof JournalDatabaseError ? error.code : String(error)),
  );
}
