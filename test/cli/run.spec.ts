// @slow: starts a process for each test
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { JournalDbCommand } from '../support/import-cli.js';

const command = new JournalDbCommand();
const printUrl = ['node', '-e', 'console.log(process.env.DATABASE_URL, process.argv[1])'];

describe('journal-db run', () => {
  let data = '';
  afterAll(() => rm(data, { recursive: true, force: true }));

  it('runs a command with the given DATABASE_URL, its own options and its exit code', async () => {
    const url = 'postgresql://nobody@localhost:1/nothing';
    const printed = await command.run(['run', ...printUrl, '--', '--help'], { DATABASE_URL: url });
    expect(printed).toEqual({ code: 0, stdout: `${url} --help\n`, stderr: '' });

    const failed = await command.run(['run', 'node', '-e', 'process.exit(7)'], { DATABASE_URL: url });
    expect(failed.code).toBe(7);
  });

  it('runs a command on an embedded PostgreSQL, whose data remains for the next command', async () => {
    const create = `import { Client } from 'pg';
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      await client.connect();
      await client.query('CREATE TABLE IF NOT EXISTS runs (run int)');
      const { rowCount } = await client.query('SELECT FROM runs');
      await client.query('INSERT INTO runs VALUES (1)');
      await client.end();
      console.log('runs before:', rowCount);`;
    const run = () => command.run(['run', 'node', '--input-type=module', '-e', create], {});

    expect(await run()).toMatchObject({ code: 0, stdout: 'runs before: 0\n' });
    const second = await run();
    expect(second).toMatchObject({ code: 0, stdout: 'runs before: 1\n' });
    // For root the folder may be outside of the working directory.
    data = / data in (.*)\.\n$/.exec(second.stderr)?.[1] ?? '';
    expect(data).not.toBe('');
  });

  it('ends the command and the server on SIGTERM', async () => {
    const wait = [...printUrl.slice(0, 2), `${printUrl[2]}; setInterval(() => {}, 1000)`];
    const { child, ended } = command.start(['run', ...wait], {});
    const [text] = (await once(child.stdout ?? child, 'data')) as [string];
    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ code: 143 });
    const client = new Client({ connectionString: text.split(' ')[0] });
    await expect(client.connect()).rejects.toThrow(/ECONNREFUSED/);
  });

  it('ends the child processes of a shell on SIGTERM, before the server', async () => {
    const program = `import { Client } from 'pg';
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      await client.connect();
      process.on('SIGTERM', () => setTimeout(async () => {
        await client.query('SELECT 1');
        console.log('ended well');
        process.exit();
      }, 500));
      console.log('ready');
      setInterval(() => {}, 1000);`;
    // Like an npm script of two programs: the shell waits for the second one.
    const shell = ['sh', '-c', 'true && node --input-type=module -e "$0"; true', program];
    const { child, ended } = command.start(['run', ...shell], {});
    await once(child.stdout ?? child, 'data');
    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ code: 143, stdout: 'ready\nended well\n' });
  });

  it('reports a command that cannot be run', async () => {
    const { code, stderr } = await command.run(['run', 'no-such-command'], {
      DATABASE_URL: 'postgresql://x/y',
    });
    expect(code).toBe(127);
    expect(stderr).toContain('no-such-command cannot be run');
  });
});
