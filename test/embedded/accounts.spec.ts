// @slow: starts a server for each test
import { chmod, chown, cp, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { findBinaries } from '../../src/embedded/postgres-binaries.js';
import {
  isOpenToOthers,
  makeRootOwnedFolder,
  sharedBinaries,
  unprivilegedAccount,
} from '../../src/embedded/place.js';
import { startChild } from './child-process.js';
import { query } from './query.js';
import { cleanUp, deleteLater, temporaryFolder } from './temporary-folder.js';

afterEach(cleanUp);

const nobody = unprivilegedAccount();
const asRoot = nobody === undefined ? it.skip : it;
const projectIsOpen = await isOpenToOthers(dirname(fileURLToPath(import.meta.url)));
const asRootOfOpenProject = projectIsOpen ? asRoot : it.skip;

describe('the embedded PostgreSQL', () => {
  asRootOfOpenProject(
    'is run by an ordinary user under their own account, also in a private folder',
    async () => {
      const folder = await temporaryFolder(0o700);
      await chown(folder, nobody?.uid ?? 0, nobody?.gid ?? 0);
      const child = await startChild('hold-server.js', [join(folder, 'data')], nobody);
      expect(child.base).toBe(join(folder, 'data'));
      expect(await query(child.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(await child.finish()).toBe(0);
      expect((await stat(join(folder, 'data', 'cluster'))).uid).toBe(nobody?.uid);
    },
  );

  asRoot(
    'is run by root as nobody, and stores its data elsewhere if nobody cannot reach the folder',
    async () => {
      const folder = await temporaryFolder(0o700);
      const first = await startEmbeddedPostgres({ folder });
      deleteLater(first.base);
      expect(first.base).not.toBe(folder);
      expect((await stat(join(first.base, 'cluster'))).uid).toBe(nobody?.uid);
      await query(first.url('postgres'), 'CREATE TABLE kept (id int)');
      await first.stop();
      const second = await startEmbeddedPostgres({ folder });
      expect(await query(second.url('postgres'), 'SELECT * FROM kept')).toEqual([]);
      await second.stop();
    },
  );

  asRoot('is not started by root in a temporary folder that another user created', async () => {
    const folder = await temporaryFolder(0o700);
    const postgres = await startEmbeddedPostgres({ folder, ephemeral: true });
    const { base } = postgres;
    deleteLater(base);
    await postgres.stop();
    await chown(base, nobody?.uid ?? 0, nobody?.gid ?? 0);
    await expect(startEmbeddedPostgres({ folder, ephemeral: true })).rejects.toThrow(base);
    await chown(base, 0, 0);
    await chmod(base, 0o777);
    await expect(makeRootOwnedFolder(base)).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES' });
  });

  asRoot('has binaries that root copies once if the account nobody cannot reach them', async () => {
    const installed = findBinaries('18');
    const hidden = { ...installed, root: join(await temporaryFolder(0o700), 'native') };
    await cp(installed.root, hidden.root, { recursive: true, verbatimSymlinks: true });
    await chmod(join(hidden.root, 'bin', 'postgres'), 0o700);
    const copies = await Promise.all([sharedBinaries(hidden), sharedBinaries(hidden)]);
    const copy = await sharedBinaries(hidden);
    deleteLater(copy);
    expect(copies).toEqual([copy, copy]);
    expect(dirname(copy)).toBe(tmpdir());
    for (const name of ['bin/postgres', 'bin/initdb', 'lib', 'share/postgresql']) {
      expect(await isOpenToOthers(join(copy, name))).toBe(true);
    }
    const made = (await stat(copy)).ctimeMs;
    await sharedBinaries(hidden);
    expect((await stat(copy)).ctimeMs).toBe(made);

    await chmod(copy, 0o777);
    await expect(sharedBinaries(hidden)).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES' });
  });
});
