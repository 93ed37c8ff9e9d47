import { describe, expect, it } from '@jest/globals';
import { noteScopePrepared, prepareScope } from '../../../src/database/scope/prepared-scope.js';
import type { Wire } from '../../../src/database/scope/wire.js';

describe('A statement of the scope', () => {
  it('is sent again after it failed, whatever succeeded in between', () => {
    const sent: string[] = [];
    const wire = {
      close: () => undefined,
      parse: ({ name = '' }) => void sent.push(name),
    } as Partial<Wire> as Wire;
    const prepare = (name: string) => prepareScope(wire, name, 'SELECT 1');

    prepare('known');
    noteScopePrepared(wire);
    prepare('failed');
    prepare('known');
    noteScopePrepared(wire);
    prepare('failed');

    expect(sent).toEqual(['known', 'failed', 'failed']);
  });
});
