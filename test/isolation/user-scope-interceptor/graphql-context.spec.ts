// @slow: starts an application
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import fc from 'fast-check';
import { Probe, startScopedApplication } from '../../support/scoped-application.js';
import type { ScopedApplication } from '../../support/scoped-application.js';
import { rounds } from '../../support/rounds.js';

/** The GraphQL context: the third argument of every resolver of an operation. */
interface GraphqlContext {
  req: { userId?: string | undefined };
}

// GqlExecutionContext.create(context).getContext() of @nestjs/graphql returns this argument.
const userIdOf = async (context: ExecutionContext): Promise<string | undefined> => {
  const { userId } = context.getArgByIndex<GraphqlContext>(2).req;
  await setTimeout(1);
  if (userId === 'expired') throw new Error('The session has expired.');
  return userId;
};

@Injectable()
class WhoseResolver {
  constructor(private readonly probe: Probe) {}

  async whose(_root: unknown, args: unknown): Promise<string> {
    const { delay } = args as { delay: number };
    const before = await this.probe.whose();
    await setTimeout(delay);
    return `${before} ${await this.probe.whose()}`;
  }
}

const names = ['anna', 'bob'] as const;

describe('a GraphQL resolver', () => {
  let scoped: ScopedApplication;
  beforeAll(async () => {
    scoped = await startScopedApplication(names, { providers: [WhoseResolver] }, userIdOf);
    await scoped.module.init();
  });
  afterAll(() => scoped?.close());

  /** Creates the resolver through Nest with all global enhancers, as @nestjs/graphql does. */
  function resolver(interceptors: boolean) {
    const host = scoped.module.get(WhoseResolver);
    const options = { interceptors, guards: true, filters: false };
    const creator = scoped.module.get(ExternalContextCreator, { strict: false });
    const method = Reflect.get(host, 'whose');
    return creator.create(
      host,
      method,
      'whose',
      undefined,
      undefined,
      undefined,
      undefined,
      options,
      'graphql',
    );
  }

  function resolve(name: string | undefined, delay = 1, interceptors = true): Promise<unknown> {
    return resolveFor(name && scoped.users[name], delay, interceptors);
  }

  function resolveFor(userId: string | undefined, delay = 1, interceptors = true): Promise<unknown> {
    const context: GraphqlContext = { req: { userId } };
    return resolver(interceptors)(undefined, { delay }, context, { fieldName: 'whose' });
  }

  it('runs for the user in the context of its operation', async () => {
    expect(await resolve('anna')).toBe('anna anna');
    expect(await resolve(undefined)).toBe('USER_SCOPE_MISSING USER_SCOPE_MISSING');
  });

  it('does not run if its user is invalid or missing', async () => {
    await expect(resolveFor('expired')).rejects.toThrow('The session has expired.');
    await expect(resolveFor('anna')).rejects.toMatchObject({ code: 'INVALID_USER_ID', userId: 'anna' });
  });

  it('without interceptors, such as a field resolver, has no access', async () => {
    expect(await resolve('anna', 1, false)).toBe('USER_SCOPE_MISSING USER_SCOPE_MISSING');
  });

  it('isolates users, with any number of concurrent operations', async () => {
    const field = fc.record({ name: fc.constantFrom(...names, undefined), delay: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 2, maxLength: 40 }), async (fields) => {
        const values = await Promise.all(fields.map(({ name, delay }) => resolve(name, delay)));
        expect(values).toEqual(fields.map(({ name = 'USER_SCOPE_MISSING' }) => `${name} ${name}`));
      }),
      { numRuns: rounds(10) },
    );
  });
});
