import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Objects that read models use: the aggregate `average_cost`, and the two views of the browser
 * application. None of them stores data. The views are `security_invoker`: row-level security of
 * the caller applies.
 */
export class ReadModels20261125120000 implements MigrationInterface {
  name = 'ReadModels20261125120000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION average_cost_step(state numeric[], change numeric, cost numeric) RETURNS numeric[]
      LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
      DECLARE
        held numeric := state[1];
        held_cost numeric := state[2];
        taken numeric;
      BEGIN
        IF change >= 0 THEN RETURN ARRAY[held + change, held_cost + cost, 0]; END IF;
        IF held = 0 THEN RETURN ARRAY[held, held_cost, 0]; END IF;
        IF held + change <= 0 THEN RETURN ARRAY[0, 0, held_cost]; END IF;
        taken := div(held_cost * -change * 200000000 + held, held * 2) * 0.00000001;
        RETURN ARRAY[held + change, held_cost - taken, taken];
      END $$`);
    await queryRunner.query(`
      CREATE AGGREGATE average_cost(change numeric, cost numeric) (
        SFUNC = average_cost_step, STYPE = numeric[], INITCOND = '{0,0,0}', PARALLEL = SAFE
      )`);
    // A second relation in FROM makes PostgreSQL 15 and 16 print the view's query identically: with
    // one relation they differ in whether columns are qualified.
    await queryRunner.query(`
      CREATE VIEW v_weekly_premium WITH (security_invoker = true) AS
      SELECT live.user_id, utc.week, live.symbol,
        sum(CASE WHEN live.type IN ('sell_to_open', 'buy_to_close', 'expiration', 'option_premium') THEN live.amount ELSE 0.00000000 END) AS premium
      FROM (SELECT user_id, symbol, type, amount, ts AT TIME ZONE 'UTC' AS happened FROM journal WHERE deleted_at IS NULL) live
        CROSS JOIN LATERAL (
          SELECT to_char(happened, 'YYYY-') || to_char(div(extract(doy FROM happened) + 7 - extract(isodow FROM happened), 7), 'FM00') AS week
        ) utc
      GROUP BY live.user_id, utc.week, live.symbol`);
    await queryRunner.query(`
      CREATE VIEW v_cost_basis WITH (security_invoker = true) AS
      SELECT flows.user_id, flows.symbol, flows.shares, flows.net_cash, average.cost AS avg_cost
      FROM (
        SELECT user_id, symbol,
          sum(CASE type WHEN 'assignment_shares' THEN qty ELSE 0.00000000 END)
            - sum(CASE type WHEN 'share_sale' THEN qty ELSE 0.00000000 END) AS shares,
          sum(CASE WHEN type IN ('assignment_shares', 'share_sale') THEN amount ELSE 0.00000000 END) AS net_cash
        FROM journal WHERE deleted_at IS NULL GROUP BY user_id, symbol
      ) flows
        CROSS JOIN LATERAL (
          SELECT CASE WHEN shares <> 0 THEN
            -sign(net_cash) * sign(shares) * div(abs(net_cash) * 200000000 + abs(shares), abs(shares) * 2) * 0.00000001
          END AS cost
        ) average`);
    for (const [object, comment] of comments) await queryRunner.query(`COMMENT ON ${object} IS '${comment}'`);
    for (const signature of [
      'average_cost_step(numeric[], numeric, numeric)',
      'average_cost(numeric, numeric)',
    ]) {
      await queryRunner.query(`
        -- waived narrow-access: this migration creates the function
        REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`);
      await queryRunner.query(`GRANT EXECUTE ON FUNCTION ${signature} TO journal_user`);
    }
    for (const view of ['v_weekly_premium', 'v_cost_basis'])
      await queryRunner.query(`GRANT SELECT ON ${view} TO journal_user`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP VIEW v_cost_basis');
    await queryRunner.query('DROP VIEW v_weekly_premium');
    await queryRunner.query('DROP AGGREGATE average_cost(numeric, numeric)');
    await queryRunner.query('DROP FUNCTION average_cost_step(numeric[], numeric, numeric)');
  }
}

const comments: readonly [object: string, comment: string][] = [
  [
    'VIEW v_weekly_premium',
    'Premium by week and symbol as the browser application had it, without deleted entries; the weeks are %Y-%W of SQLite.',
  ],
  ['COLUMN v_weekly_premium.user_id', 'The user to whom the entries belong.'],
  [
    'COLUMN v_weekly_premium.week',
    'Year and week in UTC; weeks begin on Monday, and the days before the first one are week 00.',
  ],
  ['COLUMN v_weekly_premium.symbol', 'Ticker; null for entries that concern none.'],
  [
    'COLUMN v_weekly_premium.premium',
    'Sum of sell_to_open, buy_to_close, expiration and option_premium; + received, - paid.',
  ],
  [
    'VIEW v_cost_basis',
    'Shares and what they cost, netted by symbol, as the browser application had it, without deleted entries.',
  ],
  ['COLUMN v_cost_basis.user_id', 'The user to whom the entries belong.'],
  ['COLUMN v_cost_basis.symbol', 'Ticker; null for entries that concern none.'],
  ['COLUMN v_cost_basis.shares', 'Assigned or bought, less sold.'],
  ['COLUMN v_cost_basis.net_cash', 'Sum of the amounts of these trades; + received, - paid.'],
  [
    'COLUMN v_cost_basis.avg_cost',
    'Minus net cash over shares, rounded to eight places; null for no shares.',
  ],
];
