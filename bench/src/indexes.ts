// npm run indexes: measures the benefit and the cost of each index of the journal, and the cost of
// its CHECK constraints.
import type { Client } from 'pg';
import { runCommand } from './command.js';
import { withServer } from './database/embedded.js';
import { seededDatabase, withClone } from './database/seeded-databases.js';
import { asSuperuser } from './database/superuser.js';
import { timesAsLong } from './indexes/times-as-long.js';
import type { TimesAsLong } from './indexes/times-as-long.js';
import { checksOf, useChecks } from './indexes/check-switch.js';
import { useIndex } from './indexes/index-switch.js';
import { bulkInsert, reads, singleInsert } from './indexes/probe.js';
import type { Place, Probe } from './indexes/probe.js';
import { withPlace } from './indexes/with-place.js';
import { machineFacts } from './report/machine.js';
import { table } from './report/results-text.js';

/**
 * An index speeds up an operation if the operation takes at least this many times as long without
 * it, in every round.
 */
const slower = 1.3;

await runCommand((options) =>
  withServer(options.server, async (server) => {
    const { size, rounds } = options;
    const template = await seededDatabase(server, size);
    const indexes = await withClone(server, template, (url) => asSuperuser(url, indexesOf));
    const rows: string[][] = [];
    for (const name of indexes) {
      console.error(`${name}…`);
      await withPlace(server, template, size, async (place) => {
        const compared = comparison(place, (isUsed) => useIndex(place.superuser, name, isUsed), rounds);
        const speeds: string[] = [];
        for (const probe of reads) {
          const times = await compared(probe);
          if (times.least >= slower) speeds.push(`${probe.title} ×${times.median.toFixed(1)}`);
        }
        const costs = await costsOf(compared);
        const megabytes = await megabytesOf(place.superuser, name);
        rows.push([name, megabytes.toFixed(1), speeds.join(', ') || 'nothing here', ...costs]);
      });
    }
    console.error('the CHECK constraints…');
    await withPlace(server, template, size, async (place) => {
      const checks = await checksOf(place.superuser);
      const setUse = (isUsed: boolean) => useChecks(place.superuser, checks, isUsed);
      const costs = await costsOf(comparison(place, setUse, rounds));
      rows.push([`${checks.length} CHECK constraints`, '', '', ...costs]);
    });
    const head = ['index', 'MB', 'takes longer without it', 'single insert', 'bulk insert'];
    const facts = await asSuperuser(server.url('postgres'), (client) =>
      machineFacts(client, options.server.durable),
    );
    console.log(`Made in \`bench/\` by \`npm ci && ${options.command('indexes')}\`, ${rounds} rounds, in each with the index and without it, in the same database.
The inserts: how many times as long they take with it.

${facts.map((fact) => `- ${fact}`).join('\n')}

${table(head, rows)}`);
  }),
);

type Compared = (probe: Probe) => Promise<TimesAsLong>;

function comparison(place: Place, setUse: (isUsed: boolean) => Promise<void>, rounds: number): Compared {
  return ({ run }) => timesAsLong((turn) => run(place, turn), setUse, rounds);
}

async function costsOf(compared: Compared): Promise<string[]> {
  const costs: string[] = [];
  for (const probe of [singleInsert, bulkInsert]) costs.push((1 / (await compared(probe)).median).toFixed(2));
  return costs;
}

/** The indexes of the journal except its primary key, which everything needs. */
async function indexesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT indexrelid::regclass::text AS name
    FROM pg_index WHERE indrelid = 'journal'::regclass AND NOT indisprimary ORDER BY 1`);
  return rows.map(({ name }) => name);
}

async function megabytesOf(client: Client, name: string): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    'SELECT pg_relation_size($1::regclass)::float8 AS bytes',
    [name],
  );
  return (rows[0]?.bytes ?? 0) / 1e6;
}
