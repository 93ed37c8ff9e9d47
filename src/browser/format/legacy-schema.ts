const accounts = `CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL
)`;

const symbols = `CREATE TABLE symbols (
  symbol TEXT PRIMARY KEY
)`;

const journal = `CREATE TABLE journal (
  id TEXT PRIMARY KEY,
  ts TEXT NOT NULL,
  account_id TEXT NOT NULL,
  symbol TEXT,
  type TEXT NOT NULL,
  qty REAL,
  amount REAL NOT NULL,
  strike REAL,
  expiration TEXT,
  underlying_price REAL,
  notes TEXT,
  meta TEXT,
  deleted_at TEXT DEFAULT NULL,
  edited_by TEXT DEFAULT NULL,
  edit_reason TEXT DEFAULT NULL,
  original_entry_id TEXT DEFAULT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP,
  updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
  FOREIGN KEY(account_id) REFERENCES accounts(id)
)`;

const tickerMinStrikes = [
  `CREATE TABLE ticker_min_strikes (
  id TEXT PRIMARY KEY,
  ticker TEXT NOT NULL,
  date TEXT NOT NULL,
  avg_cost REAL NOT NULL,
  premium_received REAL NOT NULL DEFAULT 0,
  min_strike REAL NOT NULL,
  shares_owned REAL NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
)`,
  'CREATE INDEX idx_ticker_min_strikes_ticker_date ON ticker_min_strikes(ticker, date)',
  'CREATE INDEX idx_ticker_min_strikes_ticker ON ticker_min_strikes(ticker)',
  'CREATE INDEX idx_ticker_min_strikes_date ON ticker_min_strikes(date)',
];

const weeklyPremium = `CREATE VIEW v_weekly_premium AS
SELECT
  strftime('%Y-%W', ts) AS week,
  symbol,
  SUM(CASE WHEN type IN ('sell_to_open','buy_to_close','expiration','option_premium') THEN amount ELSE 0 END) AS premium
FROM journal
GROUP BY week, symbol`;

const costBasis = `CREATE VIEW v_cost_basis AS
WITH share_flows AS (
  SELECT
    symbol,
    SUM(CASE WHEN type='assignment_shares' THEN qty ELSE 0 END) -
    SUM(CASE WHEN type='share_sale' THEN qty ELSE 0 END) AS shares,
    SUM(CASE WHEN type IN ('assignment_shares','share_sale') THEN amount ELSE 0 END) AS net_cash
  FROM journal
  GROUP BY symbol
)
SELECT
  symbol,
  shares,
  net_cash,
  CASE WHEN shares != 0 THEN (-net_cash) / shares ELSE NULL END AS avg_cost
FROM share_flows`;

/** The statements that create an empty database, in the order of the browser application. */
export const legacySchema: readonly string[] = [
  accounts,
  symbols,
  journal,
  'CREATE INDEX idx_journal_ts ON journal(ts)',
  'CREATE INDEX idx_journal_symbol ON journal(symbol)',
  'CREATE INDEX idx_journal_type ON journal(type)',
  'CREATE INDEX idx_journal_deleted_at ON journal(deleted_at)',
  weeklyPremium,
  costBasis,
  ...tickerMinStrikes,
];
