// @slow: starts the application of the guide
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../../docs/guides/feature-module/openapi.js';
import { journalSchemas } from '../../src/openapi/index.js';
import { answer, startGuideApplication, trade } from './guide-application.js';
import type { GuideApplication } from './guide-application.js';

/** What this test reads of an operation. */
interface OperationObject {
  security?: unknown;
  requestBody?: unknown;
  parameters?: unknown;
}

let application: GuideApplication;
let document: OpenAPIObject;
let ann = '';

beforeAll(async () => {
  application = await startGuideApplication();
  document = openApiDocument(application.nest);
  ann = await application.signUp('ann@example.com');
});

afterAll(() => application?.close());

type Method = 'get' | 'post' | 'patch' | 'delete';

/** The schema of a response in the document. */
function responseSchema(method: Method, path: string, status: number): object {
  const response = document.paths[path]?.[method]?.responses[String(status)] as {
    content: Record<string, { schema: object }>;
  };
  return response.content['application/json']?.schema ?? {};
}

/** The violations of a schema of the document in a value. */
function problemsOf(schema: object, value: unknown): unknown[] {
  const ajv = new Ajv({ allErrors: true });
  addFormats.default(ajv);
  ajv.addVocabulary(['components']);
  const validate = ajv.compile({ ...schema, components: document.components });
  return validate(value) ? [] : (validate.errors ?? []);
}

/** Sends a request, and validates its response. */
async function expectDocumented(method: Method, path: string, status: number, body?: object, route = path) {
  const [pathname = ''] = route.split('?');
  const sent = method === 'get' ? application.get(path, ann) : application.send(method, path, ann, body);
  const value = await answer(status, sent);
  expect(problemsOf(responseSchema(method, pathname, status), value)).toEqual([]);
  return value;
}

describe('the OpenAPI document of the guide', () => {
  it('describes the responses that the application sends', async () => {
    const account = { id: 'acct-2', name: 'IRA' };
    await expectDocumented('post', '/accounts', 201, account);
    await expectDocumented('patch', '/accounts/acct-2', 200, { closed: true }, '/accounts/{id}');
    await expectDocumented('get', '/accounts?status=all', 200);
    await expectDocumented('post', '/trades', 201, trade);
    await application.owner.query(`UPDATE journal SET meta = '{"a": [1, null]}'`);
    expect(await expectDocumented('get', '/trades', 200)).toMatchObject({ entries: { length: 2 } });
    expect(await expectDocumented('get', '/trades/numbered?limit=1', 200)).toMatchObject({ pages: 2 });
    await expectDocumented('get', '/trades/totals', 200);
    await expectDocumented('get', '/entries/trade-1', 200, undefined, '/entries/{id}');
    const amendment = { changes: { strike: '185' }, reason: 'typo', id: 'trade-2' };
    await expectDocumented('patch', '/entries/trade-1', 200, amendment, '/entries/{id}');
    await expectDocumented('get', '/entries/trade-1/history', 200, undefined, '/entries/{id}/history');
    await expectDocumented('delete', '/entries/trade-2?reason=no', 200, undefined, '/entries/{id}');
    await expectDocumented('get', '/me', 200);
  });

  it('describes the body and the parameters of each request, and which requests need a token', () => {
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, OperationObject>).map(([method, each]) => ({
        name: `${method} ${path}`,
        ...each,
      })),
    );
    const named = (isSo: (operation: (typeof operations)[number]) => boolean) =>
      operations.filter(isSo).map(({ name }) => name);
    expect(named(({ security }) => security === undefined)).toEqual(['post /users', 'post /sessions']);
    const hasBody = /^(post|put|patch)|^delete .me$/;
    expect(named(({ requestBody }) => requestBody !== undefined)).toEqual(
      named(({ name }) => hasBody.test(name)),
    );
    const { parameters } = operations.find(({ name }) => name === 'get /trades/numbered') ?? {};
    expect(parameters).toMatchObject([{ name: 'symbol' }, { name: 'page' }, { name: 'limit' }]);
  });

  it('requires every member of a response', async () => {
    const schemas = journalSchemas();
    const { entries } = (await answer(200, application.get('/trades', ann))) as { entries: object[] };
    const [stored] = (await answer(200, application.get('/accounts', ann))) as object[];
    const me = (await answer(200, application.get('/me', ann))) as object;

    for (const [name, value] of [
      ['JournalEntry', entries[0]],
      ['Account', stored],
      ['User', me],
    ] as const) {
      const members = Object.keys(value ?? {}).toSorted();
      expect(Object.keys(schemas[name]['properties'] as object).toSorted()).toEqual(members);
      expect((schemas[name]['required'] as string[]).toSorted()).toEqual(members);
    }
  });

  it('rejects an invalid response', () => {
    const page = responseSchema('get', '/trades/numbered', 200);

    expect(problemsOf(page, { items: [], total: 0, page: 1, pages: 0 })).toEqual([]);
    for (const wrong of [{ total: '0' }, { items: [{ id: 'x' }] }, { pages: -1 }, { page: undefined }])
      expect(problemsOf(page, { items: [], total: 0, page: 1, pages: 0, ...wrong })).not.toEqual([]);
  });

  it('describes the requests that the application accepts', () => {
    const { schema } = (
      document.paths['/trades']?.post?.requestBody as { content: Record<string, { schema: object }> }
    ).content['application/json'] as { schema: object };

    expect(problemsOf(schema, trade)).toEqual([]);
    expect(problemsOf(schema, { ...trade, price: 2.6 })).not.toEqual([]);
    const newEntry = { $ref: '#/components/schemas/NewEntry' };
    const entry = { ts: '2026-03-02T15:30:00.000Z', accountId: 'acct-1', type: 'fee', amount: '-0.65' };
    expect(problemsOf(newEntry, entry)).toEqual([]);
    for (const wrong of [{ amount: 1 }, { amount: '1e3' }, { type: 'dance' }, { ts: 'today' }, { more: 1 }])
      expect(problemsOf(newEntry, { ...entry, ...wrong })).not.toEqual([]);
  });

  it.each(['openapi-3.0', 'openapi-3.1'] as const)('has only valid references in %s', (target) => {
    const schemas = journalSchemas(target);
    const references = [...JSON.stringify(schemas).matchAll(/"\$ref":"([^"]+)"/g)].map(([, path]) => path);

    expect(new Set(references)).toEqual(new Set(['#/components/schemas/JournalEntry']));
    expect(JSON.stringify(schemas)).not.toContain('$id');
    expect(JSON.stringify(schemas).includes('"nullable"')).toBe(target === 'openapi-3.0');
  });
});
