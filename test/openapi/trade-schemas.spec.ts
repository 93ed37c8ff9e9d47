import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { tradeSchemas } from '../../src/openapi/index.js';
import type { TemplateName } from '../../src/openapi/index.js';
import * as templates from '../../src/trades/index.js';

const schemas = tradeSchemas('openapi-3.1');
const ajv = new Ajv();
addFormats.default(ajv);

const common = { ts: '2026-03-02T15:30:00.000Z', accountId: 'acct-1', symbol: 'AAPL' };
const option = { contracts: '2', strike: '180', expiration: '2026-03-20' };
const side = { ...option, price: '2' };
const moved = { ts: common.ts, symbol: 'AAPL', fromAccountId: 'acct-1', toAccountId: 'acct-2' };
const adjusted = { leg: 'put', strike: '180', expiration: '2026-03-20', targetStrike: '90' };
const trades: [TemplateName, Record<string, unknown>][] = [
  ['sellPut', { ...common, ...option, price: '2.60', fee: '1.30', meta: { trade: 't' } }],
  ['roll', { ...common, leg: 'put', close: side, open: { ...side, strike: '170' } }],
  ['optionExpired', { accountId: 'acct-1', symbol: 'AAPL', ...option, leg: 'put' }],
  ['transferPosition', { ...moved, option: { ...option, leg: 'put' } }],
  ['split', { ...common, ratioTo: 2, ratioFrom: 1, options: [adjusted] }],
  ['dividend', { ...common, amount: '15' }],
  ['transfer', { ts: moved.ts, fromAccountId: 'acct-1', toAccountId: 'acct-2', amount: '100' }],
];

/** Whether the schema accepts a trade as JSON, and whether the template accepts it. */
function acceptance(
  name: TemplateName,
  trade: Record<string, unknown>,
): [schema: boolean, template: boolean] {
  const template = templates[name] as (trade: object) => unknown;
  try {
    template({ ...trade, ...(typeof trade['ts'] === 'string' && { ts: new Date(trade['ts']) }) });
    return [ajv.validate(schemas[name], trade), true];
  } catch {
    return [ajv.validate(schemas[name], trade), false];
  }
}

describe('the schemas of trades', () => {
  it('describe all templates, without references', () => {
    expect(Object.keys(schemas).toSorted()).toEqual(Object.keys(templates).toSorted());
    expect(JSON.stringify(tradeSchemas())).not.toContain('$ref');
  });

  it.each(trades)('accept and refuse the inputs that the template accepts and refuses: %s', (name, trade) => {
    expect(acceptance(name, trade)).toEqual([true, true]);
    expect(acceptance(name, { ...trade, template: name })).toEqual([false, false]);
    for (const member of schemas[name]['required'] as string[]) {
      const { [member]: _, ...rest } = trade;
      expect(acceptance(name, rest)).toEqual([false, false]);
    }
  });

  it.each<[TemplateName, object]>([
    ['roll', { close: { ...side, price: 2 } }],
    ['roll', { open: { ...side, strike: '170', side: 'short' } }],
    ['transferPosition', { option: { ...option, leg: 'both' } }],
    ['split', { options: [{ ...adjusted, strike: 180 }] }],
  ])('check nested options like the template: %s', (name, wrong) => {
    const [, trade] = trades.find(([other]) => other === name) ?? [];
    expect(acceptance(name, { ...trade, ...wrong })).toEqual([false, false]);
  });
});
