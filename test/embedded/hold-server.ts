// A child process that uses an embedded PostgreSQL until its input ends: `hold-server.js FOLDER
// [ephemeral]`.
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';

const [folder = '', ephemeral] = process.argv.slice(2);
const postgres = await startEmbeddedPostgres({ folder, ephemeral: ephemeral === 'ephemeral' });
console.log(JSON.stringify({ url: postgres.url('postgres'), base: postgres.base }));
process.stdin.on('end', () => void postgres.stop()).resume();
