// @slow: starts an application
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import fc from 'fast-check';
import { UserScope } from '../../../src/index.js';
import { listen, platforms, startScopedApplication } from '../../support/scoped-application.js';
import type { ScopedApplication } from '../../support/scoped-application.js';
import { CodeFilter, WhoseController, ways } from '../../support/whose-controller.js';
import { rounds } from '../../support/rounds.js';

const names = ['anna', 'bob', 'cleo'] as const;

describe.each(platforms)('a request over $platform', ({ adapter }) => {
  let scoped: ScopedApplication;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const providers = [{ provide: APP_FILTER, useClass: CodeFilter }];
    scoped = await startScopedApplication(names, { controllers: [WhoseController], providers });
    app = scoped.module.createNestApplication(adapter());
    // The scope of the code that opens the server does not reach the requests.
    url = await app.get(UserScope).run(scoped.users['anna'] ?? '', () => listen(app));
  });
  afterAll(() => scoped?.close(app));

  const headersOf = (userId: string | undefined): Record<string, string> =>
    userId === undefined ? {} : { 'x-user': userId };
  const get = (path: string, userId: string | undefined) =>
    fetch(`${url}/${path}`, { headers: headersOf(userId) });
  const answer = async (path: string, userId: string | undefined) => (await get(path, userId)).text();

  it.each(ways)('runs for its user from beginning to end, with a handler that answers by %s', async (way) => {
    for (const name of names) expect(await answer(way, scoped.users[name])).toBe(`${name} ${name}`);
  });

  it.each(ways)('without a user has no access, with a handler that answers by %s', async (way) => {
    expect(await answer(way, undefined)).toBe('USER_SCOPE_MISSING USER_SCOPE_MISSING');
  });

  it('without a user writes nothing', async () => {
    const response = await fetch(`${url}/entries/x`, { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([403, 'USER_SCOPE_MISSING']);
  });

  it.each(['anna', '0', "' OR true --", '00000000-0000-4000-8000-00000000000'])(
    'with the user id %j is refused, and its handler does not run',
    async (userId) => {
      const response = await get('promise', userId);
      expect([response.status, await response.text()]).toEqual([403, 'INVALID_USER_ID']);
    },
  );

  it('isolates users, with any concurrent requests over a pool of two', async () => {
    const request = fc.record({
      name: fc.constantFrom(...names, undefined),
      way: fc.constantFrom(...ways),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 40 }), async (requests) => {
        const answers = await Promise.all(
          requests.map(({ name, way }) => answer(way, name && scoped.users[name])),
        );
        expect(answers).toEqual(requests.map(({ name = 'USER_SCOPE_MISSING' }) => `${name} ${name}`));
      }),
      { numRuns: rounds(10) },
    );
  });

  it('does not inherit the user of an earlier request over its connection', async () => {
    const request = fc.record({
      name: fc.constantFrom(...names, undefined),
      way: fc.constantFrom('promise', 'observable', 'unit', 'manual'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 12 }), async (requests) => {
        const { hostname, port } = new URL(url);
        const socket = connect(Number(port), hostname);
        const heads = requests.map(({ name, way }, index) => {
          const user = name === undefined ? '' : `x-user: ${scoped.users[name]}\r\n`;
          const last = index === requests.length - 1 ? 'Connection: close\r\n' : '';
          return `GET /${way} HTTP/1.1\r\nHost: test\r\n${user}${last}\r\n`;
        });
        socket.write(heads.join(''));
        const answers = (await text(socket)).split('HTTP/1.1 200 OK').slice(1);
        const bodies = answers.map((whole) => whole.slice(whole.indexOf('\r\n\r\n')).trim());
        expect(bodies).toEqual(requests.map(({ name = 'USER_SCOPE_MISSING' }) => `${name} ${name}`));
      }),
      { numRuns: rounds(10) },
    );
  });
});
