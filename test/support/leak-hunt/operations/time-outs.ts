import { expectLostConnection, expectSqlState } from '../expected-failures.js';
import { endless, processEnd, seenAsleep } from '../outside.js';
import type { Operations } from '../trader.js';

/** Time limits set for one transaction (SET LOCAL), so that they work behind a pooler too. */
export const timeOuts: Operations = {
  'a statement that takes too long': (trader) =>
    expectSqlState(
      trader.unit(async () => {
        await trader.hunted.journal.append(trader.newEntry());
        await trader.query('SET LOCAL statement_timeout = 10');
        await trader.query('SELECT pg_sleep(30), id FROM journal');
      }),
      '57014',
    ),

  'a lock that is not to be had': (trader) => {
    const lock = `SELECT pg_advisory_xact_lock(${trader.hunted.nextNumber()})`;
    return expectSqlState(
      trader.unit(async () => {
        await trader.hunted.journal.append(trader.newEntry());
        await trader.query('SET LOCAL lock_timeout = 10');
        // Within the unit: the owner has two connections, which must not wait for the unit's.
        await trader.hunted.owner.transaction(async (owner) => {
          await owner.query(lock);
          await trader.query(lock);
        });
      }),
      '55P03',
    );
  },

  'a unit that is idle too long': (trader) =>
    expectLostConnection(
      trader.unitOnce(async () => {
        await trader.hunted.journal.append(trader.newEntry());
        const [row] = await trader.query('SELECT pg_backend_pid() AS pid');
        await trader.query('SET LOCAL idle_in_transaction_session_timeout = 10');
        await processEnd(trader.hunted, row?.['pid']);
        await trader.query('SELECT id FROM journal');
      }),
    ),

  // The server continues the statement for a while.
  'a client that waits no longer': async (trader) => {
    const { sql, mark } = endless(
      trader,
      'SELECT id FROM journal, pg_sleep(1) UNION ALL SELECT null FROM pg_sleep(1)',
    );
    const runner = trader.hunted.dataSource.createQueryRunner();
    const slow = runner.query(sql);
    const released = expectLostConnection(slow);
    await seenAsleep(trader.hunted, { mark });
    await runner.release();
    await released;
  },
};
