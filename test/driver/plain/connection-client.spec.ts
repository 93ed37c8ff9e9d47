import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectionClient } from '../../../src/driver/plain/connection-client.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';

describe('A client whose socket has closed', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('ends without a timer that keeps the process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const client = new ConnectionClient({ connectionString: database.url });
    await client.connect();
    client.hangUp();
    await once(client, 'end');
    const before = timers();
    void client.end();

    expect(timers()).toBe(before);
  });
});
