// @slow: starts an application for each test
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, Entity, JoinTable, ManyToMany, PrimaryColumn, ViewColumn, ViewEntity } from 'typeorm';
import { UserScope } from '../../../src/index.js';
import type { EntityClass, PrivilegeFinding } from '../../../src/index.js';
import { Deployment, remediesOf } from '../../support/privilege-check.js';

@Entity({ name: 'watched' })
class Watched {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;
}

@Entity({ name: 'watched', schema: 'app' })
class WatchedInSchema {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;
}

@Entity({ name: 'tags' })
class Tag {
  @PrimaryColumn({ type: 'text' })
  id!: string;
}

@Entity({ name: 'alerts' })
class Alert {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ManyToMany(() => Tag)
  @JoinTable({ name: 'alert_tags', joinColumn: { name: 'alert_id' }, inverseJoinColumn: { name: 'tag_id' } })
  tags?: Tag[];
}

@ViewEntity({ name: 'sums', synchronize: false })
class Sums {
  @ViewColumn()
  sum!: string;
}

const deployment = new Deployment();
let login: string;

beforeEach(async () => {
  await deployment.open();
  login = await deployment.role();
});
afterEach(() => deployment.close());

const table = `CREATE TABLE watched (user_id uuid NOT NULL, symbol text NOT NULL);
  GRANT SELECT, INSERT ON watched TO journal_user;`;
const policy = `CREATE POLICY own_watched ON watched TO journal_user
  USING (user_id = current_setting('app.user_id')::uuid);`;

const found = async () => (await deployment.findings(login)).map(({ code, subject }) => `${code} ${subject}`);

describe('The tables and views of an application', () => {
  it.each([
    ['without row-level security', table, 'RLS_OFF public.watched'],
    ['with policies that are not in force', table + policy, 'RLS_OFF public.watched'],
    [
      'without a user column that are granted to PUBLIC',
      `CREATE TABLE "Symbol list" (symbol text); GRANT SELECT ON "Symbol list" TO PUBLIC`,
      'RLS_OFF public."Symbol list"',
    ],
    [
      'of which a column is granted',
      'CREATE TABLE watched (user_id uuid, symbol text); GRANT SELECT (symbol) ON watched TO journal_user',
      'RLS_OFF public.watched',
    ],
    [
      'in another schema',
      `CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO journal_user;
       CREATE TABLE app.watched (user_id uuid); GRANT SELECT ON app.watched TO journal_user`,
      'RLS_OFF app.watched',
    ],
    [
      'as a view with the rights of its owner',
      'CREATE VIEW sums AS SELECT sum(amount) FROM journal; GRANT SELECT ON sums TO journal_user',
      'OPEN_VIEW public.sums',
    ],
    [
      'as a materialized view',
      'CREATE MATERIALIZED VIEW sums AS SELECT sum(amount) FROM journal; GRANT SELECT ON sums TO journal_user',
      'OPEN_VIEW public.sums',
    ],
    [
      'as a foreign table',
      `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
       CREATE FOREIGN TABLE quotes (price text) SERVER files OPTIONS (filename '/dev/null');
       GRANT SELECT ON quotes TO journal_user`,
      'OPEN_VIEW public.quotes',
    ],
    [
      'in partitions',
      `CREATE TABLE watched (user_id uuid, year int) PARTITION BY LIST (year);
       CREATE TABLE watched_2026 PARTITION OF watched FOR VALUES IN (2026);
       GRANT SELECT ON watched TO journal_user`,
      'RLS_OFF public.watched',
    ],
  ])('%s are reported', async (_, sql, expected) => {
    await deployment.administrator(sql);
    const findings = await deployment.findings(login);

    expect(findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([expected]);
    await deployment.administrator(remediesOf(findings));
    expect(await found()).toEqual([]);
  });

  it.each([
    ['protected by a policy', `${table}${policy}ALTER TABLE watched ENABLE ROW LEVEL SECURITY`],
    [
      'open to all by a policy that says so',
      `${table}ALTER TABLE watched ENABLE ROW LEVEL SECURITY;
      CREATE POLICY shared ON watched FOR SELECT TO journal_user USING (true)`,
    ],
    ["an extension's", 'CREATE EXTENSION pg_stat_statements'],
    ['not granted', 'CREATE TABLE watched (user_id uuid)'],
    ['for sign-in only', 'CREATE TABLE sessions (user_id uuid); GRANT ALL ON sessions TO journal_auth'],
    [
      'a view with the rights of whoever reads it',
      `CREATE VIEW sums WITH (security_invoker) AS SELECT sum(amount) FROM journal;
       GRANT SELECT ON sums TO journal_user`,
    ],
    [
      'a view that asks who is in scope',
      `CREATE VIEW sums AS SELECT sum(amount) FROM journal WHERE user_id = current_setting('app.user_id')::uuid;
       GRANT SELECT ON sums TO journal_user`,
    ],
    [
      "somebody else's, in another schema",
      `CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO PUBLIC;
       CREATE TABLE other.facts (fact text); GRANT SELECT ON other.facts TO PUBLIC`,
    ],
  ])('may be %s', async (_, sql) => {
    await deployment.administrator(sql);
    expect(await found()).toEqual([]);
  });

  it('get a policy for their users only if they have none', async () => {
    await deployment.administrator(table);
    expect(remediesOf(await deployment.findings(login))).toContain(
      'CREATE POLICY own_watched ON public.watched',
    );
    await deployment.administrator(policy);
    expect(remediesOf(await deployment.findings(login))).toBe(
      'ALTER TABLE public.watched ENABLE ROW LEVEL SECURITY;',
    );
  });
});

describe('A registered entity', () => {
  const start = async (sql: string, entities: EntityClass[] = [Watched]) => {
    await deployment.administrator(sql);
    return deployment.findings(login, { entities });
  };
  const named = (findings: readonly PrivilegeFinding[]) =>
    findings.map(({ code, subject }) => `${code} ${subject}`);

  it.each([
    ['with rows of users', false, 'CREATE TABLE watched (user_id uuid NOT NULL, symbol text, why text)'],
    ['for all users', true, 'CREATE TABLE watched (symbol text)'],
    [
      'that has its policy',
      false,
      "CREATE TABLE watched (user_id uuid); CREATE POLICY p ON watched USING (user_id = current_setting('app.user_id')::uuid)",
    ],
  ])('without grants is reported: a table %s', async (_, isShared, sql) => {
    const findings = await start(sql);
    expect(named(findings)).toEqual(['GRANT_MISSING public.watched']);
    expect(findings[0]?.message.includes('every user read all of its rows')).toBe(isShared);
    expect(await start(remediesOf(findings))).toEqual([]);
  });

  it.each([
    ['without grants', '', 'GRANT_MISSING app.watched'],
    [
      'with grants',
      `ALTER TABLE app.watched ENABLE ROW LEVEL SECURITY; GRANT SELECT ON app.watched TO journal_user;
       CREATE POLICY own ON app.watched USING (user_id = current_setting('app.user_id')::uuid)`,
      'GRANT_MISSING app',
    ],
  ])('in a schema that users may not use is reported: a table %s', async (_, sql, expected) => {
    const entities = [WatchedInSchema];
    const table = `CREATE SCHEMA app; CREATE TABLE app.watched (user_id uuid NOT NULL); ${sql}`;
    const findings = await start(table, entities);
    expect(named(findings)).toEqual([expected]);
    expect(await start(remediesOf(findings), entities)).toEqual([]);
    const app = await deployment.start(login, {}, { entities });
    const work = () => app.get(DataSource).getRepository(WatchedInSchema).find();
    expect(await app.get(UserScope).run(randomUUID(), work)).toEqual([]);
    await app.close();
  });

  it('without grants is reported: a view, which then shows each user their own rows', async () => {
    const findings = await start('CREATE VIEW sums AS SELECT sum(amount) FROM journal', [Sums]);
    expect(named(findings)).toEqual(['GRANT_MISSING public.sums']);
    expect(await start(remediesOf(findings), [Sums])).toEqual([]);
  });

  it('may be a materialized view without grants, which no grant would make safe', async () => {
    const sql = 'CREATE MATERIALIZED VIEW sums AS SELECT sum(amount) FROM journal';
    expect(await start(sql, [Sums])).toEqual([]);
  });

  it('without grants is reported: the table of a many-to-many relation, whose rows belong to the user of both sides', async () => {
    const [anna, bob] = [randomUUID(), randomUUID()];
    const findings = await start(
      `CREATE TABLE alerts (id text PRIMARY KEY, user_id uuid); CREATE TABLE tags (id text PRIMARY KEY, user_id uuid);
       CREATE TABLE alert_tags (alert_id text REFERENCES alerts, tag_id text REFERENCES tags);
       INSERT INTO alerts VALUES ('a', '${anna}'), ('b', '${bob}'); INSERT INTO tags VALUES ('a', '${anna}'), ('b', '${bob}')`,
      [Alert, Tag],
    );
    expect(named(findings)).toEqual([
      'GRANT_MISSING public.alert_tags',
      'GRANT_MISSING public.alerts',
      'GRANT_MISSING public.tags',
    ]);
    expect(findings.map(({ message }) => message.includes('grantOwnRows'))).toEqual([false, true, true]);
    expect(await start(remediesOf(findings), [Alert, Tag])).toEqual([]);
    const app = await deployment.start(login, {}, { entities: [Alert, Tag] });
    const query = (userId: string, sql: string) =>
      app.get(UserScope).run(userId, () => app.get(DataSource).query<unknown>(sql));
    const link = (alert: string, tag: string) => `INSERT INTO alert_tags VALUES ('${alert}', '${tag}')`;
    try {
      await query(anna, link('a', 'a'));
      expect(await query(anna, 'SELECT alert_id FROM alert_tags')).toEqual([{ alert_id: 'a' }]);
      expect(await query(bob, 'SELECT alert_id FROM alert_tags')).toEqual([]);
      await expect(query(bob, link('b', 'a'))).rejects.toThrow('row-level security');
    } finally {
      await app.close();
    }
  });

  it('without grants is reported: a table with a user in another column, whose rows belong to this user', async () => {
    const [anna, bob] = [randomUUID(), randomUUID()];
    const findings = await start(
      `CREATE TABLE watched (owner uuid REFERENCES users); INSERT INTO users (id, email)
       VALUES ('${anna}', 'anna@example.com'), ('${bob}', 'bob@example.com'); INSERT INTO watched VALUES ('${bob}')`,
    );
    await deployment.administrator(remediesOf(findings));
    const app = await deployment.start(login, {}, { entities: [Watched] });
    const query = (sql: string) =>
      app.get(UserScope).run(anna, () => app.get(DataSource).query<unknown>(sql));
    try {
      await query(`INSERT INTO watched VALUES ('${anna}')`);
      expect(await query('SELECT owner FROM watched')).toEqual([{ owner: anna }]);
      await expect(query(`INSERT INTO watched VALUES ('${bob}')`)).rejects.toThrow('row-level security');
    } finally {
      await app.close();
    }
  });

  it('with a serial column gets the grant of its sequence, which an insert needs', async () => {
    const findings = await start('CREATE TABLE watched (id serial, user_id uuid NOT NULL)');
    await deployment.administrator(remediesOf(findings));
    await deployment.administrator(`SET ROLE journal_user; SET app.user_id = '${randomUUID()}';
      INSERT INTO watched (user_id) VALUES (current_setting('app.user_id')::uuid)`);
  });

  it.each([
    ['that does not exist yet', ''],
    ['for sign-in', 'CREATE TABLE watched (user_id uuid); GRANT SELECT ON watched TO journal_auth'],
  ])('may have a table %s', async (_, sql) => {
    expect(await start(sql)).toEqual([]);
  });
});
