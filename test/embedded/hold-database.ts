// A child process whose work in a database never ends: `hold-database.js`.
import { withDatabaseUrl } from '../../src/embedded/development-database.js';

await withDatabaseUrl(process.env, async () => {
  console.log(JSON.stringify({ url: process.env.DATABASE_URL, base: process.cwd() }));
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
