/** Statements that break only one rule, and their replacements, which break no rule. */
export interface RuleSample {
  rule: string;
  bad: readonly string[];
  good: readonly string[];
  /** The statements that are sent outside a transaction. Default: none. */
  outside?: 'bad' | 'good' | 'both';
  /** Further rules that the bad statements break. */
  also?: readonly string[];
}

/** The objects that exist, and are in use, before a sample runs. */
export const inUse = [
  "CREATE TYPE mood AS ENUM ('calm')",
  `CREATE TABLE sample (id int NOT NULL, a int, b text, c varchar(10), "checked one" int,
    CONSTRAINT pk_sample PRIMARY KEY (id), CONSTRAINT uq_sample_b UNIQUE (b), CONSTRAINT chk_sample_a CHECK (a > 0),
    CONSTRAINT chk_sample_checked CHECK ("checked one" IS NOT NULL))`,
  'CREATE INDEX idx_sample_c ON sample (c)',
  'CREATE TABLE other (id int NOT NULL, a int, b int NOT NULL, CONSTRAINT pk_other PRIMARY KEY (id))',
  'GRANT UPDATE ON other TO journal_user',
  'CREATE TABLE keyless (a int NOT NULL)',
  'CREATE UNIQUE INDEX uq_other_a ON other (a)',
  'CREATE VIEW sample_view AS SELECT id FROM sample',
  'CREATE MATERIALIZED VIEW sample_total AS SELECT count(*) FROM sample',
  'ALTER TABLE sample ENABLE ROW LEVEL SECURITY',
  'CREATE POLICY sample_rows ON sample TO journal_user USING (true)',
  'GRANT SELECT ON sample TO journal_user',
  'CREATE SEQUENCE sample_numbers',
  "CREATE FUNCTION sample_function() RETURNS int LANGUAGE sql AS 'SELECT 1'",
];

export const samples: readonly RuleSample[] = [
  {
    rule: 'require-concurrent-index-creation',
    bad: ['CREATE INDEX idx_sample_a ON sample (a)'],
    good: ['CREATE INDEX CONCURRENTLY idx_sample_a ON sample (a)'],
    outside: 'good',
  },
  {
    rule: 'require-concurrent-index-creation',
    bad: ['CREATE UNIQUE INDEX uq_sample_a ON public.sample (a)'],
    good: ['CREATE TABLE made (a int)', 'CREATE UNIQUE INDEX uq_made_a ON made (a)'],
  },
  {
    rule: 'require-concurrent-index-deletion',
    bad: ['DROP INDEX idx_sample_c'],
    good: ['DROP INDEX CONCURRENTLY idx_sample_c'],
    outside: 'good',
  },
  {
    rule: 'require-concurrent-reindex',
    bad: ['REINDEX TABLE sample'],
    good: ['REINDEX TABLE CONCURRENTLY sample'],
    outside: 'both',
  },
  {
    rule: 'disallowed-unique-constraint',
    also: ['constraint-missing-not-valid'],
    bad: ['ALTER TABLE other ADD CONSTRAINT uq_other UNIQUE (id, a)'],
    good: ['ALTER TABLE other ADD CONSTRAINT uq_other_a UNIQUE USING INDEX uq_other_a'],
  },
  {
    rule: 'adding-serial-primary-key-field',
    also: ['constraint-missing-not-valid'],
    bad: ['ALTER TABLE keyless ADD CONSTRAINT pk_keyless PRIMARY KEY (a)'],
    good: ['CREATE TABLE made (a int)', 'ALTER TABLE made ADD CONSTRAINT pk_made PRIMARY KEY (a)'],
  },
  {
    rule: 'adding-foreign-key-constraint',
    also: ['constraint-missing-not-valid'],
    bad: ['ALTER TABLE sample ADD CONSTRAINT fk_sample_a FOREIGN KEY (a) REFERENCES other (id)'],
    good: ['ALTER TABLE sample ADD CONSTRAINT fk_sample_a FOREIGN KEY (a) REFERENCES other (id) NOT VALID'],
  },
  {
    rule: 'adding-foreign-key-constraint',
    bad: ['ALTER TABLE sample ADD d int CONSTRAINT fk_sample_d REFERENCES other (id)'],
    good: [
      'ALTER TABLE sample ADD d int',
      'ALTER TABLE sample ADD CONSTRAINT fk_sample_d FOREIGN KEY (d) REFERENCES other (id) NOT VALID',
    ],
  },
  {
    rule: 'constraint-missing-not-valid',
    bad: ['ALTER TABLE sample ADD CONSTRAINT chk_sample_id CHECK (id > 0)'],
    good: ['ALTER TABLE sample ADD CONSTRAINT chk_sample_id CHECK (id > 0) NOT VALID'],
  },
  {
    rule: 'constraint-missing-not-valid',
    bad: [
      'ALTER TABLE sample ADD CONSTRAINT chk_sample_id CHECK (id > 0) NOT VALID',
      'ALTER TABLE sample VALIDATE CONSTRAINT chk_sample_id',
    ],
    good: [
      'ALTER TABLE sample ADD CONSTRAINT chk_sample_id CHECK (id > 0) NOT VALID',
      'ALTER TABLE sample VALIDATE CONSTRAINT chk_sample_id',
    ],
    outside: 'good',
  },
  {
    rule: 'check-with-column',
    bad: ['ALTER TABLE sample ADD d int CONSTRAINT chk_sample_d CHECK (d > 0)'],
    good: [
      'ALTER TABLE sample ADD d int',
      'ALTER TABLE sample ADD CONSTRAINT chk_sample_d CHECK (d > 0) NOT VALID',
    ],
  },
  {
    rule: 'set-not-null',
    bad: ['ALTER TABLE sample ALTER a SET NOT NULL'],
    good: [
      'ALTER TABLE sample ALTER "checked one" SET NOT NULL',
      'ALTER TABLE sample DROP CONSTRAINT chk_sample_checked',
    ],
  },
  {
    rule: 'set-not-null',
    bad: [
      'ALTER TABLE other DROP CONSTRAINT pk_other, ADD CONSTRAINT pk_other_a PRIMARY KEY USING INDEX uq_other_a',
    ],
    good: [`ALTER TABLE sample ADD currency text NOT NULL DEFAULT 'USD'`],
    also: ['drop-unique'],
  },
  {
    rule: 'adding-required-field',
    bad: ['ALTER TABLE sample ADD d int NOT NULL'],
    good: ['ALTER TABLE sample ADD d int NOT NULL DEFAULT 1'],
  },
  {
    rule: 'table-rewrite',
    bad: ['ALTER TABLE sample ADD d uuid DEFAULT gen_random_uuid()'],
    good: ['ALTER TABLE sample ADD d uuid', 'ALTER TABLE sample ALTER d SET DEFAULT gen_random_uuid()'],
  },
  {
    rule: 'table-rewrite',
    bad: ['ALTER TABLE sample ADD d bigint GENERATED ALWAYS AS IDENTITY'],
    good: [`ALTER TABLE sample ADD d timestamptz(3) NOT NULL DEFAULT now()`],
  },
  {
    rule: 'table-rewrite',
    bad: ['ALTER TABLE sample SET UNLOGGED'],
    good: [`ALTER TABLE sample ADD d text DEFAULT lower('USD')`],
  },
  {
    rule: 'table-rewrite',
    bad: ['REFRESH MATERIALIZED VIEW sample_total'],
    good: ['ALTER TABLE sample ALTER c DROP DEFAULT'],
  },
  {
    rule: 'changing-column-type',
    bad: ['ALTER TABLE sample ALTER a TYPE bigint'],
    good: ['ALTER TABLE sample ADD a_as_bigint bigint'],
  },
  {
    rule: 'renaming-column',
    bad: ['ALTER TABLE sample RENAME a TO d'],
    good: ['ALTER TABLE sample ADD d int'],
  },
  {
    rule: 'renaming-table',
    bad: ['ALTER TABLE sample RENAME TO made'],
    good: ['CREATE TABLE made (a int)', 'ALTER TABLE made RENAME TO made_later'],
  },
  {
    rule: 'rename',
    bad: ['ALTER TABLE sample RENAME CONSTRAINT chk_sample_a TO chk_sample'],
    good: ['ALTER INDEX idx_sample_c RENAME TO idx_sample'],
  },
  {
    rule: 'rename',
    bad: ['ALTER TABLE sample SET SCHEMA elsewhere'],
    good: ['CREATE TABLE made (a int)', 'ALTER TABLE made SET SCHEMA elsewhere'],
  },
  {
    rule: 'rename',
    bad: ['ALTER VIEW sample_view RENAME COLUMN id TO key'],
    good: ['CREATE VIEW made AS SELECT 1 AS one', 'ALTER VIEW made RENAME COLUMN one TO first'],
  },
  {
    rule: 'ban-drop-column',
    bad: ['ALTER TABLE sample DROP a'],
    good: ['ALTER TABLE sample ALTER a SET DEFAULT 1'],
  },
  {
    rule: 'ban-drop-table',
    bad: ['DROP TABLE other'],
    good: ['CREATE TABLE made (a int)', 'DROP TABLE made'],
  },
  {
    rule: 'ban-drop-not-null',
    bad: ['ALTER TABLE other ALTER b DROP NOT NULL'],
    good: ['ALTER TABLE sample DROP CONSTRAINT chk_sample_a'],
  },
  {
    rule: 'drop-unique',
    bad: ['ALTER TABLE sample DROP CONSTRAINT uq_sample_b'],
    good: ['ALTER TABLE sample DROP CONSTRAINT chk_sample_a'],
  },
  {
    rule: 'drop-unique',
    bad: ['DROP INDEX CONCURRENTLY uq_other_a'],
    good: ['DROP INDEX CONCURRENTLY idx_sample_c'],
    outside: 'both',
  },
  {
    rule: 'drop-object',
    bad: ['DROP VIEW sample_view'],
    good: ['CREATE VIEW made AS SELECT 1 AS one', 'DROP VIEW made'],
  },
  { rule: 'drop-object', bad: ['DROP TYPE mood'], good: [`ALTER TYPE mood ADD VALUE 'wild' AFTER 'calm'`] },
  {
    rule: 'narrow-access',
    bad: ['DROP POLICY sample_rows ON sample'],
    good: ['CREATE POLICY more ON sample FOR SELECT USING (true)'],
  },
  {
    rule: 'narrow-access',
    bad: ['REVOKE SELECT ON sample FROM journal_user'],
    good: ['GRANT INSERT ON sample TO journal_user'],
  },
  {
    rule: 'narrow-access',
    bad: ['REVOKE USAGE ON SCHEMA elsewhere FROM PUBLIC'],
    good: ['GRANT USAGE ON SCHEMA elsewhere TO PUBLIC'],
  },
  {
    rule: 'narrow-access',
    bad: ['REVOKE EXECUTE ON FUNCTION sample_function() FROM journal_user'],
    good: ['GRANT EXECUTE ON FUNCTION sample_function() TO journal_user'],
  },
  {
    rule: 'narrow-access',
    bad: ['REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM journal_user'],
    good: ['CREATE TABLE made (a int)', 'REVOKE SELECT ON made FROM journal_user'],
  },
  {
    rule: 'narrow-access',
    bad: ['REVOKE USAGE ON SEQUENCE sample_numbers FROM journal_user'],
    good: ['GRANT USAGE ON SEQUENCE sample_numbers TO journal_user'],
  },
  {
    rule: 'narrow-access',
    bad: ['REVOKE journal_user FROM journal_auth'],
    good: ['GRANT SELECT ON other TO journal_auth'],
  },
  {
    rule: 'narrow-access',
    bad: ['DROP OWNED BY journal_auth'],
    good: ['GRANT SELECT ON other TO journal_auth'],
  },
  {
    rule: 'narrow-access',
    bad: ['ALTER TABLE other ENABLE ROW LEVEL SECURITY'],
    good: ['CREATE TABLE made (a int)', 'ALTER TABLE made ENABLE ROW LEVEL SECURITY'],
  },
  {
    rule: 'narrow-access',
    bad: ['ALTER TABLE keyless FORCE ROW LEVEL SECURITY'],
    good: ['ALTER TABLE keyless ENABLE ROW LEVEL SECURITY', 'GRANT SELECT ON keyless TO journal_user'],
  },
  {
    rule: 'narrow-access',
    bad: ['CREATE POLICY less ON sample AS RESTRICTIVE USING (a > 1)'],
    good: ['ALTER TABLE sample DISABLE ROW LEVEL SECURITY'],
  },
  {
    rule: 'narrow-access',
    bad: ['ALTER POLICY sample_rows ON sample USING (a > 1)'],
    good: ['CREATE POLICY more ON sample USING (a > 1)'],
  },
  { rule: 'lock-table', bad: ['LOCK TABLE sample IN SHARE MODE'], good: [`SET LOCAL lock_timeout = '1s'`] },
  { rule: 'vacuum-full-or-cluster', bad: ['VACUUM FULL sample'], good: ['VACUUM sample'], outside: 'both' },
  { rule: 'vacuum-full-or-cluster', bad: ['CLUSTER sample USING pk_sample'], good: ['ANALYZE sample'] },
  { rule: 'truncate', bad: ['TRUNCATE other'], good: ['CREATE TABLE made (a int)', 'TRUNCATE made'] },
  {
    rule: 'rows-under-lock',
    bad: ['ALTER TABLE sample ADD d int', 'UPDATE sample SET d = a'],
    good: ['UPDATE sample SET b = c WHERE id IN (SELECT id FROM sample WHERE b IS NULL LIMIT 1000)'],
    outside: 'good',
  },
  {
    rule: 'rows-under-lock',
    bad: ['ALTER TABLE sample ADD d int', 'CREATE TABLE made AS SELECT id FROM other'],
    good: ['CREATE TABLE made AS SELECT id FROM other', 'ALTER TABLE sample ADD d int'],
  },
  {
    rule: 'rows-under-lock',
    bad: ['ALTER TABLE sample ADD d int', 'INSERT INTO other SELECT id FROM sample'],
    good: ['ALTER TABLE sample ADD d int', 'INSERT INTO other VALUES (1, 1, 1)'],
  },
  {
    rule: 'rows-under-lock',
    bad: [
      'ALTER TABLE sample ADD d int',
      'DO $$ BEGIN IF EXISTS (SELECT FROM other WHERE a = 1) THEN NULL; END IF; END $$',
    ],
    good: ['DO $$ BEGIN IF EXISTS (SELECT FROM other WHERE a = 1) THEN NULL; END IF; END $$'],
  },
  {
    rule: 'rows-under-lock',
    bad: [
      'ALTER TABLE sample ADD d int',
      'DO $$ DECLARE n bool[]; BEGIN n[1] := 1 = (SELECT count(*) FROM other); END $$',
    ],
    good: [
      'ALTER TABLE sample ADD d int',
      'DO $$ DECLARE n bool; BEGIN n := 1 = 2; n = 1 = 2; FOR i IN 1..3 LOOP RAISE NOTICE $m$%$m$, i; END LOOP; END $$',
    ],
  },
  {
    rule: 'rows-in-one-transaction',
    bad: ['WITH gone AS (DELETE FROM sample RETURNING id) INSERT INTO other SELECT id FROM gone'],
    good: ['CREATE TABLE made (a int)', 'UPDATE made SET a = 1'],
  },
  {
    rule: 'unnamed-constraint',
    bad: ['CREATE TABLE made (a int PRIMARY KEY)'],
    good: ['CREATE TABLE made (a int CONSTRAINT pk_made PRIMARY KEY)'],
  },
  {
    rule: 'unnamed-constraint',
    bad: ['ALTER TABLE sample ADD CHECK (id > 0) NOT VALID'],
    good: ['CREATE TABLE made (a int NOT NULL, b int, CONSTRAINT uq_made_b UNIQUE (b))'],
  },
  {
    rule: 'unnamed-constraint',
    bad: ['CREATE TABLE made (a int)', 'CREATE INDEX ON made (a)'],
    good: ['CREATE TABLE made (a int)', 'CREATE INDEX idx_made_a ON made (a)'],
  },
  {
    rule: 'prefer-timestamp-tz',
    bad: ['CREATE TABLE made (a timestamp)'],
    good: ['CREATE TABLE made (a timestamptz(3))'],
  },
  {
    rule: 'opaque-block',
    bad: [`DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'sample ADD d int'; END $$`],
    good: [`DO $$ BEGIN ALTER TABLE sample ADD d int; EXCEPTION WHEN duplicate_column THEN NULL; END $$`],
  },
  {
    rule: 'require-concurrent-index-creation',
    bad: [`DO $$ BEGIN IF true THEN CREATE INDEX idx_sample_a ON sample (a); END IF; END $$`],
    good: [`SELECT 'CREATE INDEX idx_sample_a ON sample (a)'`],
  },
];
