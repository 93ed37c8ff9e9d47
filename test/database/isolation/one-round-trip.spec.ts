import { afterEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import type { ScopeTransport } from '../../../src/database/scope/scope-transport.js';
import { JournalRepository, PreparedStatementsUnavailableError } from '../../../src/index.js';
import { startTwoUsers } from '../../support/isolation.js';
import type { TwoUsers } from '../../support/isolation.js';
import { recordWire } from '../../support/wire-recorder.js';
import type { WireRecorder } from '../../support/wire-recorder.js';

const setScope = `SELECT set_config('role', $1, true), set_config('app.user_id', $2, true)`;
const command = (text: string) => [`Parse ${text}`, 'Bind', 'Execute'];
const statement = (text: string) => [`Parse ${text}`, 'Bind', 'Describe', 'Execute'];

describe('What goes to the server', () => {
  let wire: WireRecorder;
  let under: TwoUsers;

  async function start(transport: Partial<ScopeTransport>): Promise<void> {
    under = await startTwoUsers(1, transport, async (url) => {
      wire = await recordWire(url);
      return wire.url;
    });
  }
  afterEach(async () => {
    await under.close();
    await wire.close();
  });

  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(under.anna, work);
  const query = (sql: string) => under.dataSource.query(sql);
  const sentBy = (work: () => Promise<unknown>) => wire.during(() => asAnna(work));
  const sql = 'SELECT 1 AS n';
  const bound: unknown = expect.stringMatching(/^Bind journal_[0-9a-f]{24}$/);

  it('is the prepared scope and the statement, under one Sync', async () => {
    await start({});
    await sentBy(() => query(sql));

    expect(await sentBy(() => query(sql))).toEqual([
      'Bind journal_scope',
      'Execute',
      ...statement(sql),
      'Sync',
    ]);
  });

  it('is the scope with one plan for all values, where the statement is one that has no better one', async () => {
    await start({ fastPath: true });
    const journal = new JournalRepository(under.scope);
    await sentBy(() => journal.totals());
    const alone = await sentBy(() => journal.totals());
    const within = await sentBy(() => under.scope.transaction(() => journal.totals()));

    expect(alone).toEqual(['Bind journal_scope_shared_plan', 'Execute', bound, 'Execute', 'Sync']);
    expect(within.filter((message) => message.startsWith('Bind'))).toEqual(['Bind journal_scope', bound]);
  });

  it('has no names where those cannot be kept', async () => {
    await start({ preparedStatements: false });
    const runner = under.dataSource.createQueryRunner();
    const client = (await runner.connect()) as Client;
    const sent = await sentBy(() => client.query({ name: 'named', text: sql }));
    await runner.release();

    expect(sent).toEqual([...command(setScope), ...statement(sql), 'Sync']);
  });

  it('is a transaction of its own, also in one round trip, in the explicit form', async () => {
    await start({ scopeForm: 'explicit' });
    const scope = [
      ...command('SET LOCAL ROLE journal_user'),
      ...command(`SET LOCAL app.user_id = '${under.anna}'`),
    ];

    expect(await sentBy(() => query(sql))).toEqual([
      ...command('BEGIN'),
      ...scope,
      ...statement(sql),
      ...command('COMMIT'),
      'Sync',
    ]);
    expect(await sentBy(() => under.scope.transaction(() => query(sql)))).toEqual([
      'Query START TRANSACTION',
      ...scope,
      ...statement(sql),
      'Sync',
      'Query COMMIT',
    ]);
  });

  it('is rolled back before anybody hears of a failure, in the explicit form', async () => {
    await start({ scopeForm: 'explicit' });
    const failing = () => expect(query('SELECT 1 / 0')).rejects.toThrow('division by zero');

    expect((await sentBy(failing)).slice(-2)).toEqual(['Sync', 'Query ROLLBACK']);
    await asAnna(() => Promise.all([failing(), failing(), expect(query(sql)).resolves.toEqual([{ n: 1 }])]));
  });

  it('is rolled back before the transaction of whoever got the client while the failure was still to come', async () => {
    await start({ scopeForm: 'explicit' });
    const runner = under.dataSource.createQueryRunner();
    const client = (await runner.connect()) as Client;
    const slow = { text: 'SELECT 1 / (SELECT 0 FROM pg_sleep(0.3))', query_timeout: 50 };
    await asAnna(async () => {
      await expect(client.query(slow)).rejects.toThrow('timeout');
      await client.query('START TRANSACTION');
      await client.query(sql);
      expect(client.getTransactionStatus()).toBe('T');
      await client.query('ROLLBACK');
    });
    await runner.release();
  });

  it('says what to set where prepared statements are lost, and works again', async () => {
    await start({});
    const runner = under.dataSource.createQueryRunner();
    const client = (await runner.connect()) as Client;
    const read = () => asAnna(() => client.query(sql));
    await read();
    // As a pooler does that hands out another session: pg does not see it.
    const lose = Object.getPrototypeOf(Object.getPrototypeOf(client)) as Client;
    await (lose.query as (text: string) => Promise<unknown>).call(client, 'DEALLOCATE ALL');

    await expect(read()).rejects.toThrow(PreparedStatementsUnavailableError);
    await expect(read()).resolves.toMatchObject({ rows: [{ n: 1 }] });
    await asAnna(() => client.query('DEALLOCATE ALL'));
    await expect(read()).resolves.toMatchObject({ rows: [{ n: 1 }] });
    await runner.release();
  });
});
