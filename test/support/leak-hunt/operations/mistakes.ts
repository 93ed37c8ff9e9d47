import pg from 'pg';
import {
  EntryConflictError,
  InvalidInputError,
  QueryObjectRefusedError,
  TransactionControlError,
  UnknownAccountError,
  UnitOfWorkMissingError,
} from '../../../../src/index.js';
import { expectError, expectSqlState } from '../expected-failures.js';
import type { Operations } from '../trader.js';

const circular: Record<string, unknown> = {};
circular['itself'] = circular;

/** Operations that fail and change nothing. */
export const mistakes: Operations = {
  'SQL that is wrong': async (trader) => {
    await expectSqlState(trader.query('SELECT id FROM nowhere'), '42P01');
    await expectSqlState(trader.query('SELEC'), '42601');
  },

  'SQL that fails midway': (trader) =>
    expectSqlState(
      trader.query('SELECT amount / (amount - amount) FROM journal UNION ALL SELECT 1 / 0'),
      '22012',
    ),

  'what is not granted': async (trader) => {
    await expectSqlState(trader.query('UPDATE journal SET amount = 0'), '42501');
    await expectSqlState(trader.hunted.entries.createQueryBuilder().delete().execute(), '42501');
    await expectSqlState(trader.query('SELECT password_hash FROM users'), '42501');
    await expectSqlState(trader.query('TRUNCATE journal'), '42501');
  },

  'constraints that are violated': async (trader) => {
    const { entries } = trader.hunted;
    await expectSqlState(entries.insert({ ...trader.newRow(), qty: '-1' }), '23514');
    await expectSqlState(entries.insert({ ...trader.newRow(), accountId: 'nowhere' }), '23503');
    const [first] = trader.model.rows;
    if (first) await expectSqlState(entries.insert({ ...trader.newRow(), id: first.id }), '23505');
  },

  'input that is refused': async (trader) => {
    const { journal } = trader.hunted;
    await expectError(journal.append({ ...trader.newEntry(), qty: '-1' }), InvalidInputError);
    await expectError(journal.append({ ...trader.newEntry(), accountId: 'nowhere' }), UnknownAccountError);
    const [first] = trader.model.rows;
    if (first) {
      const conflicting = [trader.newEntry(), { ...trader.newEntry(), id: first.id }];
      await expectError(journal.append(conflicting), EntryConflictError);
    }
  },

  'a value that cannot be sent': async (trader) => {
    await expectError(trader.query('SELECT id, $1::jsonb FROM journal', [circular]), 'circular');
    await expectError(trader.hunted.entries.save({ ...trader.newRow(), meta: circular }), 'circular');
  },

  'text that ends a transaction': async (trader) => {
    const control = [
      'BEGIN',
      '/* */ COMMIT',
      ';ROLLBACK',
      '-- \nSAVEPOINT one',
      "PREPARE /**/ TRANSACTION 'x'",
    ];
    for (const text of control) {
      await expectError(trader.query(text), TransactionControlError);
      const unit = trader.unit(async () => {
        await trader.hunted.journal.append(trader.newEntry());
        await trader.query(text);
      });
      await expectError(unit, TransactionControlError);
    }
  },

  'a query object': async (trader) => {
    const send = () =>
      trader.clientQuery(new pg.Query('SELECT id FROM journal') as unknown as { text: string });
    await expectError(send(), QueryObjectRefusedError);
    await expectError(trader.unit(send), QueryObjectRefusedError);
  },

  'a stream outside a unit': (trader) =>
    expectError(trader.hunted.entries.createQueryBuilder().stream(), UnitOfWorkMissingError),
};
