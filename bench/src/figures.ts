// npm run figures: the read models against a stream of the journal through the model that is
// written from their rules.
import { isDeepStrictEqual } from 'node:util';
import { runCommand } from './command.js';
import { openJournal } from './contenders/open-journal.js';
import type { OpenJournal } from './contenders/open-journal.js';
import { withServer } from './database/embedded.js';
import { memberUrl } from './database/login.js';
import { seededDatabase, withClone } from './database/seeded-databases.js';
import { asSuperuser } from './database/superuser.js';
import { heavyUser, totalsUser } from './database/user-ids.js';
import { figures } from './figures/figures.js';
import type { Figure } from './figures/figures.js';
import { median } from './measuring/statistics.js';
import { machineFacts } from './report/machine.js';
import { Refusal } from './refusal.js';
import { milliseconds, table } from './report/results-text.js';

/** Milliseconds of each round. */
interface Times {
  sql: number[];
  model: number[];
}

/** What is over sooner is done again and again for so long: single milliseconds tell little. */
const atLeast = 250;

await runCommand((options) =>
  withServer(options.server, async (server) => {
    const { rounds, size } = options;
    const measured = figures.filter(({ title }) => title.includes(options.figures));
    if (measured.length === 0) throw new Refusal(`--figures ${options.figures}: no title contains it`);
    const template = await seededDatabase(server, size);
    const rows = await withClone(server, template, async (url) => {
      const login = await asSuperuser(url, (superuser) => memberUrl(superuser, url));
      const application = await openJournal(login, { poolSize: 2 });
      const found: string[][] = [];
      for (const figure of measured) {
        console.error(`${figure.title}…`);
        const cells = [];
        for (const user of [totalsUser, heavyUser])
          cells.push(...(await cellsOf(application, user, figure, rounds)));
        found.push([figure.title, ...cells]);
      }
      await application.close();
      return found;
    });

    const facts = await asSuperuser(server.url('postgres'), (client) =>
      machineFacts(client, options.server.durable),
    );
    const heavy = size.heavy.toLocaleString('en');
    const head = ['figure', '1,000 entries: ms', 'times faster', `${heavy} entries: ms`, 'times faster'];
    console.log(`Made in \`bench/\` by \`npm ci && ${options.command('figures')}\`: the median of ${rounds} rounds, the read model and the stream in turn.

${facts.map((fact) => `- ${fact}`).join('\n')}

${table(head, rows)}`);
  }),
);

async function cellsOf(
  { scope, journal, get }: OpenJournal,
  user: string,
  figure: Figure,
  rounds: number,
): Promise<string[]> {
  const times: Times = { sql: [], model: [] };
  await scope.run(user, async () => {
    // From the sixth execution on a prepared statement may have another plan.
    for (let execution = 0; execution < 6; execution += 1) await figure.read(get);
    for (let round = 0; round <= rounds; round += 1) {
      const [read, sql] = await timed(() => figure.read(get));
      if (round > 0) times.sql.push(sql);
      const { model } = figure;
      if (model === undefined) continue;
      const [modelled, time] = await timed(() => model(journal.stream({ order: 'oldest-first' })));
      if (!isDeepStrictEqual(plain(read), plain(modelled)))
        throw new Error(`${figure.title}: not what the model says`);
      if (round > 0) times.model.push(time);
    }
  });
  const ratios = times.model.map((model, round) => model / (times.sql[round] ?? NaN));
  return [milliseconds(median(times.sql)), ratios.length === 0 ? '' : `×${median(ratios).toFixed(1)}`];
}

/** The milliseconds that the work takes once. */
async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  for (let times = 1; ; times += 1) {
    const result = await work();
    const time = performance.now() - begun;
    if (time >= atLeast) return [result, time / times];
  }
}

function plain(rows: unknown): unknown {
  return JSON.parse(JSON.stringify(rows));
}
