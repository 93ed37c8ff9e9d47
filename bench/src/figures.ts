// npm run figures: compares the read models with a stream of the journal through the oracle.
import { isDeepStrictEqual } from 'node:util';
import { runCommand } from './command.js';
import { openJournal } from './contenders/open-journal.js';
import type { OpenJournal } from './contenders/open-journal.js';
import { withServer } from './database/embedded.js';
import { memberUrl } from './database/login.js';
import { seededDatabase, withClone } from './database/seeded-databases.js';
import { serverCpu } from './database/server-cpu.js';
import { figuresSize } from './database/size.js';
import { asSuperuser } from './database/superuser.js';
import { heavyUser, totalsUser } from './database/user-ids.js';
import { figures } from './figures/figures.js';
import type { Figure } from './figures/figures.js';
import { median, sum } from './measuring/statistics.js';
import { machineFacts } from './report/machine.js';
import { Refusal } from './refusal.js';
import { milliseconds, table } from './report/results-text.js';

/** The duration of an execution in milliseconds. */
interface Time {
  elapsed: number;
  /** Processor time of this process. */
  client: number;
  /** Processor time of the server; undefined where it cannot be read. */
  server: number | undefined;
}

/**
 * Minimum measured time in milliseconds. Shorter executions are repeated, because a few
 * milliseconds are not meaningful.
 */
const atLeast = 250;

await runCommand((options) =>
  withServer(options.server, async (server) => {
    const { rounds } = options;
    const size = figuresSize(options.size);
    const measured = figures.filter(({ title }) => title.includes(options.figures));
    if (measured.length === 0) throw new Refusal(`--figures ${options.figures}: no title contains it`);
    const template = await seededDatabase(server, size);
    const rows = await withClone(server, template, (url) =>
      asSuperuser(url, async (superuser) => {
        const application = await openJournal(await memberUrl(superuser, url), { poolSize: 2 });
        const readServerCpu = await serverCpu(superuser);
        const found: string[][] = [];
        for (const figure of measured) {
          console.error(`${figure.title}…`);
          const cells = [];
          for (const user of [totalsUser, heavyUser])
            cells.push(...(await cellsOf(application, user, figure, rounds, readServerCpu)));
          found.push([figure.title, ...cells]);
        }
        await application.close();
        return found;
      }),
    );

    const facts = await asSuperuser(server.url('postgres'), (client) =>
      machineFacts(client, options.server.durable),
    );
    const head = ['figure', ...columns(1_000), ...columns(size.heavy)];
    console.log(`Made in \`bench/\` by \`npm ci && ${options.command('figures')}\`: the median of ${rounds} rounds, the read model and the stream in turn.
The processor time of the application and of the server is the mean of all rounds.

${facts.map((fact) => `- ${fact}`).join('\n')}

${table(head, rows)}`);
  }),
);

function columns(entries: number): string[] {
  return [`${entries.toLocaleString('en')} entries: ms`, 'application', 'server', 'times faster'];
}

async function cellsOf(
  { scope, journal, get }: OpenJournal,
  user: string,
  figure: Figure,
  rounds: number,
  readServerCpu: () => number | undefined,
): Promise<string[]> {
  const times: Time[] = [];
  const models: number[] = [];
  const { model } = figure;
  await scope.run(user, async () => {
    // From the sixth execution on, PostgreSQL may use a generic plan.
    for (let execution = 0; execution < 6; execution += 1) await figure.read(get);
    for (let round = 0; round <= rounds; round += 1) {
      const [read, time] = await timed(() => figure.read(get), readServerCpu);
      if (round > 0) times.push(time);
      if (model === undefined) continue;
      const [modelled, { elapsed }] = await timed(
        () => model(journal.stream({ order: 'oldest-first' })),
        readServerCpu,
      );
      if (!isDeepStrictEqual(plain(read), plain(modelled)))
        throw new Error(`${figure.title}: not what the model says`);
      if (round > 0) models.push(elapsed);
    }
  });
  const ratios = models.map((modelled, round) => modelled / (times[round]?.elapsed ?? NaN));
  const server = times.flatMap((time) => time.server ?? []);
  return [
    milliseconds(median(times.map(({ elapsed }) => elapsed))),
    milliseconds(mean(times.map(({ client }) => client))),
    server.length === 0 ? '' : milliseconds(mean(server)),
    ratios.length === 0 ? '' : `×${median(ratios).toFixed(1)}`,
  ];
}

/** The result of `work`, and the time of one execution. */
async function timed<T>(work: () => Promise<T>, readServerCpu: () => number | undefined): Promise<[T, Time]> {
  const [client, server, begun] = [process.cpuUsage(), readServerCpu(), performance.now()];
  for (let times = 1; ; times += 1) {
    const result = await work();
    const elapsed = performance.now() - begun;
    if (elapsed < atLeast) continue;
    const { user, system } = process.cpuUsage(client);
    const serverEnd = readServerCpu();
    return [
      result,
      {
        elapsed: elapsed / times,
        client: (user + system) / 1000 / times,
        server:
          server === undefined || serverEnd === undefined ? undefined : ((serverEnd - server) * 1000) / times,
      },
    ];
  }
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

function plain(rows: unknown): unknown {
  return JSON.parse(JSON.stringify(rows));
}
