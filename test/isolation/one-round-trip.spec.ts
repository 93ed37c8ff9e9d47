// @slow: starts an application for each test
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DatabaseSettings } from '../../src/index.js';
import { PreparedStatementsUnavailableError } from '../../src/index.js';
import { startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';
import { rawClients } from '../support/raw-clients.js';
import { recordWire } from '../support/wire-recorder.js';
import type { WireRecorder } from '../support/wire-recorder.js';

const setScope = `Parse SELECT set_config('role', $1, true), set_config('app.user_id', $2, true), set_config('array_nulls', 'on', true)`;
const setFormats = `set_config('DateStyle', 'ISO', true), set_config('client_encoding', 'UTF8', true)`;
const formats = `SET LOCAL DateStyle TO ISO; SET LOCAL client_encoding TO 'UTF8'`;
const named: unknown = expect.stringMatching(/^Bind journal_[0-9a-f]{24}$/);
const parsed: unknown = expect.stringMatching(/^Parse SELECT /);
const extended = (parse: unknown) => [parse, 'Bind', 'Describe', 'Execute', 'Sync'];
const sql = 'SELECT 1 AS n';
const foreign = extended(`Parse ${sql}`);
/** The statements that reset session state left by foreign SQL, in the only safe order. */
const reset = [
  'SET CONSTRAINTS ALL IMMEDIATE',
  'RESET SESSION AUTHORIZATION',
  'RESET ALL',
  'RESET ROLE',
  'CLOSE ALL',
  'UNLISTEN *',
  'DISCARD TEMP',
  'DISCARD SEQUENCES',
  'SELECT pg_catalog.pg_advisory_unlock_all()',
];
const ofReset = (text: string) => text.split(/;\s*/).slice(0, reset.length);

describe('The sequence of messages to the server', () => {
  let wire: WireRecorder;
  let under: TwoUsers;

  async function start(settings: Partial<DatabaseSettings>): Promise<void> {
    under = await startTwoUsers(1, settings, async (url) => {
      wire = await recordWire(url);
      return wire.url;
    });
    // Prepares the statement on the connection in advance.
    await asAnna(totals);
  }
  afterEach(async () => {
    await under.close();
    await wire.close();
  });

  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(under.anna, work);
  const query = (text = sql) => under.dataSource.query<object[]>(text);
  const totals = () => under.journal.totals();
  const accounts = () => under.accounts.list();
  const sentBy = (work: () => Promise<unknown>) => wire.during(() => asAnna(work));
  const unit = (work: () => Promise<unknown>) => () => under.scope.transaction(work);
  const scope = () =>
    `SET LOCAL ROLE "journal_user"; SET LOCAL app.user_id = '${under.anna}'; SET LOCAL array_nulls TO on`;
  /**
   * The temporary schema is last in search_path, so that temporary tables cannot hide tables of the
   * package.
   */
  const begin = () => `Query BEGIN; ${scope()}; SET LOCAL search_path TO "$user", public, pg_temp`;

  describe('on the fast transport', () => {
    it('of a statement of the package is the prepared scope and the statement under one Sync', async () => {
      await start({});
      const read = () => under.journal.get('a-1');
      await sentBy(read);

      expect(await sentBy(read)).toEqual(['Bind journal_scope', 'Execute', named, 'Execute', 'Sync']);
    });

    it('has a scope with a generic plan if the statement has no better plan', async () => {
      await start({});

      expect(await sentBy(totals)).toEqual([
        ...['Bind journal_scope_generic_plan', 'Execute'],
        ...[named, 'Execute', 'Sync'],
      ]);
      const within = await sentBy(unit(totals));
      expect(within.filter((message) => message.startsWith('Bind'))).toEqual(['Bind journal_scope', named]);
    });

    it('in a unit of work is enclosed by BEGIN and COMMIT', async () => {
      await start({});
      await sentBy(unit(totals));

      expect(await sentBy(unit(() => totals().then(totals)))).toEqual([
        begin(),
        ...['Bind journal_scope', 'Execute', named, 'Execute', 'Sync'],
        ...['Bind journal_scope', 'Execute', named, 'Execute', 'Sync'],
        'Query COMMIT',
      ]);
    });

    it('has no statement names if the server cannot keep prepared statements', async () => {
      await start({ preparedStatements: false });

      expect(await sentBy(() => under.journal.get('a-1'))).toEqual([
        ...[setScope, 'Bind', 'Execute'],
        ...[parsed, 'Bind', 'Execute', 'Sync'],
      ]);
    });

    it('has no statement names after foreign text, which may have replaced the prepared statements', async () => {
      await start({});
      const sent = await sentBy(unit(() => query().then(totals)));

      expect(sent.slice(0, -1)).toEqual([
        begin(),
        ...foreign,
        ...[`${setScope}, ${setFormats}`, 'Bind', 'Execute', parsed, 'Bind', 'Execute', 'Sync'],
      ]);
      expect((await sentBy(totals)).at(0)).toBe('Bind journal_scope_generic_plan');
    });

    it('prepares the scope and the statement again after a pooler has lost them, without an error', async () => {
      await start({});
      const sent = await sentBy(async () => {
        await losePrepared();
        expect(await totals()).toMatchObject({ count: 1 });
      });

      expect(sent.filter((message) => /^(Close|Parse)/.test(message))).toEqual([
        'Close journal_scope_generic_plan',
        expect.stringMatching(/^Parse journal_scope_generic_plan /),
        expect.stringMatching(/^Close journal_[0-9a-f]{24}$/),
        expect.stringMatching(/^Parse journal_[0-9a-f]{24} /),
      ]);
    });

    it('ends in an error that names the setting if a transaction that is not retried loses its prepared statements', async () => {
      await start({});
      const read = () =>
        under.dataSource.transaction(async () => {
          await losePrepared();
          await totals();
        });

      await expect(asAnna(read)).rejects.toThrow(PreparedStatementsUnavailableError);
      await expect(asAnna(() => under.dataSource.transaction(totals))).resolves.toMatchObject({ count: 1 });
    });

    /** Acts like a pooler that continues with another server session. */
    async function losePrepared(): Promise<void> {
      const { pathname, username, port } = new URL(wire.url);
      const [client] = rawClients(pathname.slice(1), username).filter((each) => String(each.port) === port);
      await client?.query('DEALLOCATE ALL');
    }
  });

  describe('on the plain transport', () => {
    it('of a statement of the package has a round trip for each step, and prepares nothing', async () => {
      await start({ fastPath: false });

      expect(await sentBy(totals)).toEqual([begin(), ...extended(parsed), 'Query COMMIT']);
    });

    it('in a unit of work sets the scope once', async () => {
      await start({ fastPath: false });

      expect(await sentBy(unit(() => totals().then(totals)))).toEqual([
        begin(),
        ...extended(parsed),
        ...extended(parsed),
        'Query COMMIT',
      ]);
    });
  });

  describe.each([
    ['fast', true],
    ['plain', false],
  ])('on the %s transport, for foreign text,', (_name, fastPath) => {
    it('contains a separate transaction, with the reset before COMMIT', async () => {
      await start({ fastPath });
      const sent = await sentBy(() => query());

      expect(sent.slice(0, -1)).toEqual([begin(), ...foreign]);
      expect(ofReset(sent.at(-1) ?? '')).toEqual(ofReset(`Query ${reset.join('; ')}`));
      expect(sent.at(-1)).toMatch(
        /SET DateStyle TO ISO; SET client_encoding TO 'UTF8'; SET TimeZone TO '[^']+'; SET application_name TO '[^']+'; COMMIT$/,
      );
    });

    it('contains a rollback and the reset after a failure', async () => {
      await start({ fastPath });
      const sent = await sentBy(() => expect(query('SELECT 1 / 0')).rejects.toThrow('division by zero'));

      expect(sent.slice(0, -1)).toEqual([begin(), ...extended('Parse SELECT 1 / 0')]);
      expect(ofReset((sent.at(-1) ?? '').replace('ROLLBACK; BEGIN; ', ''))).toEqual(
        ofReset(`Query ${reset.join('; ')}`),
      );
      expect(sent.at(-1)).toMatch(/^Query ROLLBACK; BEGIN; .*SET application_name TO '[^']+'; COMMIT$/s);
    });

    it('contains the scope before each statement of a unit, and one reset before COMMIT', async () => {
      await start({ fastPath });
      const sent = await sentBy(unit(() => query().then(() => query())));

      expect(sent.slice(0, -1)).toEqual([begin(), ...foreign, `Query ${scope()}; ${formats}`, ...foreign]);
      expect(sent.at(-1)).toMatch(/^Query SET CONSTRAINTS ALL IMMEDIATE; .*; COMMIT$/s);
    });

    it('contains no reset for a transaction without foreign text', async () => {
      await start({ fastPath });
      await sentBy(() => query());

      expect((await sentBy(unit(() => totals()))).at(-1)).toBe('Query COMMIT');
      expect(await sentBy(unit(() => Promise.resolve()))).toEqual([begin(), 'Query COMMIT']);
    });

    it('contains a savepoint for a nested unit, and the scope again after its rollback', async () => {
      await start({ fastPath });
      const failing = unit(() => Promise.reject(new Error('not now')));
      const sent = await sentBy(
        unit(async () => {
          await under.scope.transaction(accounts);
          await expect(failing()).rejects.toThrow('not now');
          await query();
        }),
      );
      const queries = sent.filter((message) => message.startsWith('Query')).map((each) => each.slice(6, 60));

      expect(queries.filter((text) => /SAVEPOINT/.test(text))).toEqual([
        'SAVEPOINT journal_1',
        'RELEASE SAVEPOINT journal_1',
        'SAVEPOINT journal_1',
        'ROLLBACK TO SAVEPOINT journal_1; RELEASE SAVEPOINT jou',
      ]);
      expect(sent).toContain(`Query ${scope()}; ${formats}`);
    });
  });
});
