import { describe, expect, it } from '@jest/globals';
import { convertAccount, convertEntry } from '../../../../src/browser/import/convert/convert-entry.js';
import { TypedDays } from '../../../../src/browser/import/convert/typed-days.js';
import type { EntryRecord } from '../../../../src/journal/new-entry.js';
import { entryColumns } from '../../../../src/model/entry-column.js';
import { legacyEntry } from '../../../support/legacy-journals.js';

const convert = (cells: Record<string, unknown>) =>
  convertEntry({ ...legacyEntry('e'), ...cells }, 1, new TypedDays('America/Denver'));

const instant = new Date('2025-01-02T03:04:05.000Z');

describe('A column of a row', () => {
  /** Values of each column of a file, with the converted columns. */
  const cells: [string, unknown, Partial<EntryRecord>][] = [
    ['ts', '2025-01-02T03:04:05.000Z', { ts: instant, day: null }],
    ['ts', '2025-01-02', { ts: new Date('2025-01-02T00:00:00.000Z'), day: '2025-01-02' }],
    ['account_id', 'acct-2', { accountId: 'acct-2' }],
    ['symbol', 'SPY', { symbol: 'SPY' }],
    ['type', 'dividend', { type: 'dividend' }],
    ['qty', 2, { qty: '2.00000000' }],
    ['amount', 3, { amount: '3.00000000' }],
    ['strike', 4, { strike: '4.00000000' }],
    ['expiration', '2025-12-15', { expiration: '2025-12-15' }],
    ['underlying_price', 5, { underlyingPrice: '5.00000000' }],
    ['ratio_to', 6, { ratioTo: 6 }],
    ['ratio_from', '70', { ratioFrom: 70 }],
    ['target_symbol', 'QQQ', { targetSymbol: 'QQQ' }],
    ['target_strike', 8, { targetStrike: '8.00000000' }],
    ['target_account_id', 'acct-3', { targetAccountId: 'acct-3' }],
    ['multiplier', 9, { multiplier: '9.00000000' }],
    ['deliverable', 10, { deliverable: '10.00000000' }],
    ['cost', 11, { cost: '11.00000000' }],
    ['cost_share', 12, { costShare: '12.00000000' }],
    ['acquired_on', '2024-12-15', { acquiredOn: '2024-12-15' }],
    ['section1256', true, { section1256: true }],
    ['section1256', false, { section1256: false }],
    ['section1256', 'true', { section1256: true }],
    ['section1256', 'false', { section1256: false }],
    ['notes', 'a note', { notes: 'a note' }],
    ['notes', '', { notes: '' }],
    ['meta', '{"tag":"x"}', { meta: { tag: 'x' } }],
    ['day', '2025-03-05', { day: '2025-03-05' }],
    ['day', '', { day: null }],
    ['deleted_at', '2025-01-02 03:04:05', { deletedAt: instant }],
    ['deleted_at', null, { deletedAt: null }],
    ['edited_by', 'me', { editedBy: 'me' }],
    ['edit_reason', 'typo', { editReason: 'typo' }],
    ['original_entry_id', 'f', { originalEntryId: 'f' }],
    ['created_at', '2025-01-02 03:04:05', { createdAt: instant }],
    ['updated_at', '2025-01-02 03:04:05', { updatedAt: instant }],
    ['recorded', '1735787045000000', { recorded: '1735787045000000' }],
  ];

  it('has a case, whichever column it is', () => {
    const covered = ['id', ...cells.map(([column]) => column)];
    const missing = entryColumns.map(({ name }) => name).filter((name) => !covered.includes(name));
    expect(missing).toEqual([]);
  });

  it.each(cells)('%s with the value %j is read without a report', (column, value, expected) => {
    const { record, problems, changes } = convert({ [column]: value });
    expect(record).toMatchObject(expected);
    expect({ problems, changes }).toEqual({ problems: [], changes: [] });
  });

  it.each<[string, string, keyof EntryRecord]>([
    ['target_account_id', '', 'targetAccountId'],
    ['acquired_on', '', 'acquiredOn'],
    ['expiration', '', 'expiration'],
    ['symbol', '', 'symbol'],
    ['deleted_at', '', 'deletedAt'],
    ['original_entry_id', '', 'originalEntryId'],
    ['recorded', '', 'recorded'],
  ])('%s is empty text, which becomes null with a report', (column, value, property) => {
    const { record, problems, changes } = convert({ [column]: value });
    expect(record[property]).toBeNull();
    expect(problems).toEqual([]);
    expect(changes).toEqual([{ kind: 'emptied', column, from: '', to: 'nothing' }]);
  });

  it.each(['created_at', 'updated_at'])('%s without a value gets the time of the import', (column) => {
    for (const value of [null, '']) {
      const { record, problems, changes } = convert({ [column]: value });
      expect(record).toMatchObject({ createdAt: undefined, updatedAt: undefined });
      expect(problems).toEqual([]);
      const from = value ?? 'nothing';
      expect(changes).toEqual([{ kind: 'filled', column, from, to: 'the time of the import' }]);
    }
  });

  it('is undefined if it is a column of the history that the file lacks', () => {
    const { record } = convert({});
    const { deletedAt, editedBy, editReason, originalEntryId, createdAt, updatedAt, recorded } = record;
    expect([deletedAt, editedBy, editReason, originalEntryId]).toEqual(Array(4).fill(undefined));
    expect([createdAt, updatedAt, recorded]).toEqual(Array(3).fill(undefined));
  });

  const hour24 = 'has the hour 24; write midnight as 00:00:00 of the following day';
  const notDay = 'must be a day as YYYY-MM-DD, or the instant of its midnight in UTC or local time';
  const notInstant = 'must be an instant such as 2025-01-31T15:30:00.000Z';
  it.each([
    ['account_id', 5, '5', 'must be text'],
    ['ratio_to', 1.5, '1.5', 'must be a whole number'],
    ['ratio_to', '1.5', '"1.5"', 'must be a whole number'],
    ['ratio_to', '-1', '"-1"', 'must be a whole number'],
    ['ratio_to', '1'.repeat(16), `"${'1'.repeat(16)}"`, 'must be a whole number'],
    ['ratio_to', [6], '[6]', 'must be a whole number'],
    ['ratio_to', 2 ** 53, String(2 ** 53), 'must be a whole number'],
    ['section1256', 1, '1', 'must be true or false'],
    ['section1256', 'yes', '"yes"', 'must be true or false'],
    ['ts', 'yesterday', '"yesterday"', notInstant],
    ['ts', '2025-01-02Z', '"2025-01-02Z"', notInstant],
    ['ts', 'on 2025-01-02', '"on 2025-01-02"', notInstant],
    // Its day is not read, so that the file's error names the row once.
    ['ts', '2025-02-30', '"2025-02-30"', notInstant],
    ['ts', ['2025-01-02'], '["2025-01-02"]', notInstant],
    ['ts', 1735787045, '1735787045', notInstant],
    ['deleted_at', 1735787045, '1735787045', notInstant],
    ['created_at', 'yesterday', '"yesterday"', notInstant],
    ['created_at', ['2025-01-02 03:04:05'], '["2025-01-02 03:04:05"]', notInstant],
    ['created_at', '2025-01-02 24:00:00', '"2025-01-02 24:00:00"', hour24],
    ['expiration', 'soon', '"soon"', notDay],
  ])('%s with the value %j is refused', (column, value, shown, reason) => {
    const { record, problems, changes } = convert({ [column]: value });
    expect(problems).toEqual([{ id: 'e', column, value: shown, reason }]);
    expect(changes).toEqual([]);
    if (column === 'ts') expect(record).toMatchObject({ ts: null, day: null });
  });

  it('id that is not text is refused, and names no row', () => {
    expect(convert({ id: 5 }).problems).toEqual([
      { id: undefined, column: 'id', value: '5', reason: 'must be text' },
    ]);
  });

  it('expiration at a midnight becomes its day, with a report', () => {
    const { record, changes } = convert({ expiration: '2025-12-15T07:00:00.000Z' });
    expect(record.expiration).toBe('2025-12-15');
    expect(changes).toEqual([
      { kind: 'day', column: 'expiration', from: '2025-12-15T07:00:00.000Z', to: '2025-12-15' },
    ]);
  });
});

describe('An account of a file', () => {
  const converted = (cells: Record<string, unknown>) => convertAccount({ id: 'a', ...cells }, 1);

  it.each([null, ''])('with the name %j gets its id as its name, with a report', (name) => {
    expect(converted({ name })).toEqual({
      record: { id: 'a', name: 'a' },
      problems: [],
      changes: [{ kind: 'filled', column: 'name', from: name ?? 'nothing', to: 'a' }],
    });
  });

  it('is closed, open, or of unknown state if the file has no such column', () => {
    const read = (cells: Record<string, unknown>) => converted({ name: 'Taxable', ...cells });
    const account = { id: 'a', name: 'Taxable' };
    expect(read({})).toEqual({ record: account, problems: [], changes: [] });
    expect(read({ closed_at: null }).record).toEqual({ ...account, closedAt: null });
    expect(read({ closed_at: '2025-01-02 03:04:05' }).record).toEqual({ ...account, closedAt: instant });
  });
});
