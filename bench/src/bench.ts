// npm run bench: compares the contenders.
import { checkAll } from './check/check-all.js';
import { runCommand } from './command.js';
import { withServer } from './database/embedded.js';
import type { Server } from './database/embedded.js';
import { chooseMaterial } from './database/material.js';
import { seededDatabase, withClone } from './database/seeded-databases.js';
import { asSuperuser } from './database/superuser.js';
import { compare } from './measuring/compare.js';
import type { Result } from './measuring/compare.js';
import { withJournalFiles } from './model/journal-file.js';
import type { JournalFiles } from './model/journal-file.js';
import type { Options } from './options.js';
import { benchmarksText } from './report/benchmarks.js';
import { machineFacts } from './report/machine.js';
import { ratioChart } from './report/ratio-chart.js';
import { ratioTable } from './report/results-text.js';
import { reportFolder, writeReport } from './report/write.js';
import { works } from './works/works.js';

await runCommand((options) =>
  withJournalFiles(options.size.imported, (files) =>
    withServer(options.server, (server) => bench(options, server, files)),
  ),
);

async function bench(options: Options, server: Server, files: JournalFiles): Promise<void> {
  const { size, rounds } = options;
  const template = await seededDatabase(server, size);
  const absent = await checkAll(server, template, size, files, options.contenders);
  const contenders = options.contenders.filter((name) => !absent.has(name));

  const results: Result[] = [];
  for (const work of options.works) {
    console.error(`${works[work].title}…`);
    // Each operation runs on its own clone, so that its writes do not affect the next one.
    await withClone(server, template, async (url) => {
      const chosen = await asSuperuser(url, (superuser) => chooseMaterial(superuser, size));
      const material = { ...chosen, files };
      const found = await compare(work, { contenders, rounds, turn: size.turn, url, material });
      console.error(ratioTable(found));
      results.push(...found);
    });
  }

  const facts = await asSuperuser(server.url('postgres'), (client) =>
    machineFacts(client, options.server.durable),
  );
  const run = { command: options.command('bench'), facts, size, files, rounds, absent };
  const folder = reportFolder(options.output, size.name === 'full');
  console.log(ratioTable(results));
  console.log(
    `\n${await writeReport(folder, 'benchmarks', benchmarksText(results, run), ratioChart(results))}`,
  );
}
