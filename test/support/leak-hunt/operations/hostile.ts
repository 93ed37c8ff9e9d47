import { expect } from '@jest/globals';
import { selectRows } from '../trader.js';
import type { Operations, Trader } from '../trader.js';
import { byId } from '../trader-model.js';

/** What SQL that an attacker wrote would leave in a session for whoever comes next. */
export const hostile: Operations = {
  'a setting of the session that names the victim': async (trader) => {
    await trader.query(`SET app.user_id = '${trader.hunted.victim}'`);
  },

  'a setting within a unit that names the victim': async (trader) => {
    const entry = trader.newEntry();
    const rows = trader.model.rows;
    await trader.unit(async () => {
      await trader.query(`SELECT set_config('app.user_id', $1, true)`, [trader.hunted.victim]);
      expect(byId((await trader.query(selectRows)) as { id: string }[])).toEqual(rows);
      await trader.query(`SET LOCAL app.user_id = '${trader.hunted.victim}'`);
      await trader.hunted.journal.append(entry);
    });
    trader.has(entry);
  },

  'a role of the session': async (trader) => {
    await trader.query('SET ROLE journal_auth');
  },

  'a temporary table in place of the journal': async (trader) => {
    await trader.unit(() => trader.query(`CREATE ${shadow(trader)}`));
  },

  'a temporary table that EXPLAIN makes': async (trader) => {
    await trader.unit(() => trader.query(`EXPLAIN (ANALYZE) CREATE ${shadow(trader)}`));
  },

  'a temporary table that a stream makes': async (trader) => {
    await trader.unit(async (manager) => {
      for await (const _ of (await manager.queryRunner?.stream(`CREATE ${shadow(trader)}`)) ?? []) continue;
    });
  },
};

// PgBouncer would hand it to the next user, as docs/decisions/005-row-level-security.md says, unless it resets its sessions.
function shadow({ hunted }: Trader): string {
  const { pgBouncer } = hunted.variation;
  const isKept = pgBouncer !== undefined && pgBouncer['server_reset_query_always'] !== 1;
  return `TEMP TABLE journal ${isKept ? 'ON COMMIT DROP' : ''} AS TABLE public.journal`;
}
