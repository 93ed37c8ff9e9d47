// npm run growth: measures how the time of an operation grows with the journal.
import { runCommand } from './command.js';
import type { ContenderName } from './contenders/names.js';
import { withServer } from './database/embedded.js';
import { chooseMaterial } from './database/material.js';
import { seededDatabase, withClone } from './database/seeded-databases.js';
import { grownSize } from './database/size.js';
import { asSuperuser } from './database/superuser.js';
import { compare } from './measuring/compare.js';
import { growthChart } from './report/growth-chart.js';
import { growthTable, growthText } from './report/growth-text.js';
import type { Grown } from './report/growth-text.js';
import { machineFacts } from './report/machine.js';
import { reportFolder, writeReport } from './report/write.js';
import type { WorkName } from './works/works.js';

const grown: readonly WorkName[] = ['newest', 'filtered', 'get', 'append'];
const contenders: readonly ContenderName[] = ['pg', 'journal'];

await runCommand((options) =>
  withServer(options.server, async (server) => {
    const { rounds } = options;
    const results: Grown[] = [];
    for (const entries of options.entries) {
      const size = grownSize(entries);
      const template = await seededDatabase(server, size);
      await withClone(server, template, async (url) => {
        const material = await asSuperuser(url, (superuser) => chooseMaterial(superuser, size));
        for (const work of grown) {
          console.error(`${entries.toLocaleString('en')} entries: ${work}…`);
          const found = await compare(work, { contenders, rounds, turn: size.turn, url, material });
          results.push(...found.map((result) => ({ ...result, entries })));
        }
      });
    }

    const facts = await asSuperuser(server.url('postgres'), (client) =>
      machineFacts(client, options.server.durable),
    );
    const text = growthText(results, { command: options.command('growth'), facts, rounds });
    const folder = reportFolder(
      options.output,
      options.entries.some((entries) => entries >= 10_000_000),
    );
    console.log(growthTable(results));
    console.log(`\n${await writeReport(folder, 'growth', text, growthChart(results))}`);
  }),
);
