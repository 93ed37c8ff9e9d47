import type { Trader } from '../trader.js';

/** A complete SQL statement written by an attacker. */
export interface HostileText {
  sql: string;
  /** The SQLSTATE of the expected error; undefined if the text succeeds. */
  state?: string;
  /** The SQLSTATE of the expected error of the following COMMIT. */
  stateOfCommit?: string;
  /** Whether a DO block cannot contain the statement. */
  isTopLevel?: boolean;
}

/** @param choice selects one of several variants */
type HostileForm = (trader: Trader, choice: number) => HostileText;

const values: Record<string, (trader: Trader) => string> = {
  client_encoding: () => 'LATIN1',
  search_path: () => 'nowhere',
  default_transaction_read_only: () => 'on',
  default_transaction_isolation: () => 'serializable',
  row_security: () => 'off',
  statement_timeout: () => '20000',
  lock_timeout: () => '20000',
  array_nulls: () => 'off',
  DateStyle: () => 'German',
  IntervalStyle: () => 'sql_standard',
  TimeZone: () => 'America/Denver',
  bytea_output: () => 'escape',
  extra_float_digits: () => '-15',
  standard_conforming_strings: () => 'off',
  synchronous_commit: () => 'off',
  application_name: () => 'hunted',
  'hunted.mark': () => 'left',
  'app.user_id': ({ hunted }) => hunted.victim,
  role: () => 'journal_auth',
};

type SettingForm = (name: string, value: string) => string;

const set: SettingForm = (name, value) => `SET SESSION ${name} TO '${value}'`;
const call: SettingForm = (name, value) => `set_config('${name}', '${value}', false)`;

const settingForms: SettingForm[] = [
  set,
  (name, value) => `SELECT ${call(name, value)}`,
  (name, value) => `SELECT id FROM journal WHERE id = '' OR ${call(name, value)} IS NULL`,
  (name, value) => `WITH one AS MATERIALIZED (SELECT ${call(name, value)} AS set) TABLE one`,
  (name, value) => `EXPLAIN (ANALYZE) SELECT ${call(name, value)}`,
  (name, value) => `DO $set$ BEGIN ${set(name, value)}; END $set$`,
  (name, value) =>
    `DECLARE hunted_set CURSOR WITH HOLD FOR SELECT ${call(name, value)} FROM generate_series(1, 2)`,
  (name, value) => afterwards(`PERFORM ${call(name, value)};`),
];

function settingForm(name: string, value: (trader: Trader) => string): HostileForm {
  return (trader, choice) => {
    const form = settingForms[choice % settingForms.length] ?? set;
    return { sql: form(name, value(trader)) };
  };
}

/** A block that runs `statements` in a deferred trigger. */
function afterwards(statements: string): string {
  return `
    DO $block$ BEGIN
      DROP TABLE IF EXISTS pg_temp.hunted_later;
      CREATE TEMP TABLE hunted_later (n int);
      CREATE OR REPLACE FUNCTION pg_temp.hunted_later() RETURNS trigger LANGUAGE plpgsql AS $later$
        BEGIN ${statements} RETURN NULL; END $later$;
      CREATE CONSTRAINT TRIGGER hunted_later AFTER INSERT ON hunted_later DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION pg_temp.hunted_later();
      INSERT INTO hunted_later VALUES (1);
    END $block$`;
}

/** Replaces every prepared statement of the session. */
const replacePrepared = ({ hunted }: Trader, replacement: string) => `
  DO $block$ DECLARE taken text; BEGIN
    FOR taken IN SELECT name FROM pg_prepared_statements UNION SELECT 'journal_scope' UNION
      SELECT 'journal_scope_generic_plan' LOOP
      BEGIN EXECUTE format('DEALLOCATE %I', taken); EXCEPTION WHEN invalid_sql_statement_name THEN NULL; END;
      EXECUTE format($prepare$PREPARE %I ${replacement}$prepare$, taken, ${`'${hunted.victim}'`});
    END LOOP;
  END $block$`;

const own = 'public.journal';

/** Texts that leave session state other than settings. */
const others: Record<string, HostileForm> = {
  'RESET ROLE': (_, choice) => ({
    sql: ['RESET ROLE', 'SET ROLE NONE', 'SET SESSION AUTHORIZATION DEFAULT', 'RESET ALL'][choice % 4] ?? '',
  }),
  'SET SESSION CHARACTERISTICS': () => ({ sql: 'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY' }),
  'SET NAMES': () => ({ sql: `SET NAMES 'LATIN1'` }),
  'several settings': ({ hunted }) => ({
    sql: `SELECT set_config('client_encoding', 'LATIN1', false), set_config('app.user_id', '${hunted.victim}', false),
      set_config('role', 'none', false), set_config('search_path', 'pg_temp', false)`,
  }),
  'a trigger that defers itself': ({ hunted }) => ({
    sql: afterwards(`
      PERFORM set_config('app.user_id', '${hunted.victim}', false), set_config('client_encoding', 'LATIN1', false);
      SET CONSTRAINTS ALL DEFERRED;
      IF (SELECT count(*) FROM pg_temp.hunted_later) < 3 THEN INSERT INTO pg_temp.hunted_later VALUES (2); END IF;`),
    stateOfCommit: '55006',
  }),
  LISTEN: () => ({ sql: 'LISTEN hunted' }),
  'a cursor WITH HOLD': () => ({ sql: `DECLARE hunted_held CURSOR WITH HOLD FOR SELECT id FROM ${own}` }),
  'a temporary table journal': (_, choice) => {
    const sql = [
      `CREATE TEMP TABLE journal AS TABLE ${own}`,
      `CREATE TEMP VIEW journal AS TABLE ${own}`,
      `EXPLAIN (ANALYZE) CREATE TEMP TABLE journal AS TABLE ${own}`,
      `CREATE TEMP TABLE journal (LIKE ${own}) ON COMMIT DELETE ROWS`,
    ];
    return { sql: sql[choice % sql.length] ?? '' };
  },
  'SELECT INTO': () => ({ sql: `SELECT * INTO TEMP journal FROM ${own}`, isTopLevel: true }),
  'a temporary function and type': () => ({
    sql: `DO $block$ BEGIN
      CREATE FUNCTION pg_temp.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS $f$ SELECT '' $f$;
      CREATE DOMAIN pg_temp.uuid AS text;
    END $block$`,
  }),
  'the value of a sequence': (_, choice) => {
    const sql = [
      `SELECT nextval('public.hunted_numbers')`,
      `DO $block$ BEGIN CREATE TEMP SEQUENCE hunted_numbers; PERFORM nextval('hunted_numbers'); END $block$`,
    ];
    return { sql: sql[choice % sql.length] ?? '' };
  },
  'an advisory lock': ({ hunted }, choice) => {
    const key = hunted.nextNumber();
    const sql = [
      `SELECT pg_advisory_lock(${key})`,
      `SELECT pg_advisory_lock_shared(${key}, 1)`,
      `SELECT id FROM ${own} WHERE pg_try_advisory_lock(${key}) UNION ALL SELECT pg_advisory_lock(${key})::text`,
    ];
    return { sql: sql[choice % sql.length] ?? '' };
  },
  PREPARE: () => ({ sql: `PREPARE hunted_plan AS SELECT id FROM ${own}` }),
  DEALLOCATE: () => ({ sql: 'DEALLOCATE ALL' }),
  'prepared statements replaced': (trader, choice) => {
    const replacement = [
      'AS SELECT 1, %L',
      `(text, text) AS SELECT set_config('role', 'none', true), set_config('app.user_id', %L, true)`,
      `AS SELECT set_config('app.user_id', %L, false), set_config('role', 'journal_auth', false)`,
    ];
    return { sql: replacePrepared(trader, replacement[choice % replacement.length] ?? '') };
  },
  'prepared statements taken away': () => ({
    sql: `DO $block$ DECLARE taken text; BEGIN
      FOR taken IN SELECT name FROM pg_prepared_statements LOOP EXECUTE format('DEALLOCATE %I', taken); END LOOP;
    END $block$`,
  }),
  DISCARD: (_, choice) => ({
    sql: ['DISCARD PLANS', 'DISCARD SEQUENCES', 'DISCARD TEMP'][choice % 3] ?? '',
  }),
  'DISCARD ALL': () => ({ sql: 'DISCARD ALL', state: '25001', isTopLevel: true }),
};

/** Hostile texts by their effect. */
export const hostileForms: Record<string, HostileForm> = {
  ...Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`the setting ${name}`, settingForm(name, value)]),
  ),
  ...others,
};
