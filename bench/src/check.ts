// npm run check: checks that every contender returns equal rows.
import { checkAll } from './check/check-all.js';
import { runCommand } from './command.js';
import { withServer } from './database/embedded.js';
import { seededDatabase } from './database/seeded-databases.js';
import { withJournalFiles } from './model/journal-file.js';

await runCommand(({ server, size, contenders }) =>
  withJournalFiles(size.imported, (files) =>
    withServer(server, async (running) => {
      await checkAll(running, await seededDatabase(running, size), size, files, contenders);
    }),
  ),
);
