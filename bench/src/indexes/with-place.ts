import type { Client } from 'pg';
import { openJournal } from '../contenders/open-journal.js';
import type { Server } from '../database/embedded.js';
import { formerAccount } from '../database/journals.js';
import { memberUrl } from '../database/login.js';
import { chooseMaterial } from '../database/material.js';
import { withClone } from '../database/seeded-databases.js';
import type { Size } from '../database/size.js';
import { asSuperuser } from '../database/superuser.js';
import type { Place } from './probe.js';

/** Opens a clone of a seeded database while `work` runs. */
export function withPlace(
  server: Server,
  template: string,
  size: Size,
  work: (place: Place) => Promise<void>,
): Promise<void> {
  return withClone(server, template, (url) =>
    asSuperuser(url, async (superuser) => {
      await markFormerTrades(superuser);
      const material = await chooseMaterial(superuser, size);
      const opened = await openJournal(await memberUrl(superuser, url), { poolSize: 1 });
      try {
        await work({ ...opened, superuser, material });
      } finally {
        await opened.close();
      }
    }),
  );
}

/**
 * Marks the trades of the former account, a hundredth of each journal, by the keys of `meta` that
 * filters read. The entries of the seed have only the keys of a roll.
 */
async function markFormerTrades(superuser: Client): Promise<void> {
  await superuser.query(
    `UPDATE journal SET meta = meta || '{"trade": "former", "strategy": "wheel", "tag": "earnings"}' WHERE account_id = $1`,
    [formerAccount.id],
  );
  // Makes the moved rows visible to index-only scans.
  await superuser.query('VACUUM (ANALYZE) journal');
}
