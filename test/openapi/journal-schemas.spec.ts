import { expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { journalSchemas } from '../../src/openapi/index.js';
import type { SchemaName } from '../../src/openapi/index.js';

const schemas = journalSchemas('openapi-3.1');
const ajv = new Ajv();
addFormats.default(ajv);

it.each<[SchemaName, object, object]>([
  ['AccountFilter', {}, { status: 'live' }],
  ['AccountFilter', { status: 'all' }, { state: 'all' }],
  ['AccountClosing', {}, { at: 'today' }],
  ['AccountClosing', { at: '2025-12-31T21:00:00.000Z' }, { at: null }],
  ['NewUser', { email: 'anna@example.com' }, {}],
  ['NewUser', { email: 'anna@example.com', passwordHash: null }, { email: 1 }],
  ['UserChanges', {}, { subscriptionTier: 'gold' }],
  ['UserChanges', { subscriptionTier: 'free' }, { id: 'x' }],
])('%s accepts %j and rejects %j', (name, valid, invalid) => {
  const validate = ajv.compile(schemas[name]);

  expect([validate(valid), validate(invalid)]).toEqual([true, false]);
});
