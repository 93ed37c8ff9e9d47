// @slow: starts a process for each uploaded file
import { readdir } from 'node:fs/promises';
import type { IncomingMessage, Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ImportReport, JournalPage } from 'trading-journal-database';
import { legacyBytes, legacyEntry } from '../support/legacy-journals.js';
import { until } from '../support/until.js';
import { whileOpen } from '../support/while-open.js';
import { answer, startGuideApplication } from './guide-application.js';
import type { GuideApplication } from './guide-application.js';

let application: GuideApplication;
let [ann, bob] = ['', ''];

beforeAll(async () => {
  application = await startGuideApplication();
});

afterAll(() => application?.close());

beforeEach(async () => {
  [ann, bob] = [await application.signUp('ann@example.com'), await application.signUp('bob@example.com')];
});

afterEach(async () => {
  await application.owner.query('TRUNCATE users CASCADE');
  await uploadsGone();
});

/** A server-sent event. */
interface SentEvent {
  type: string;
  data: unknown;
}

type Upload = Uint8Array | object[];
type Fields = Record<string, string>;

/** Sends a form with the file, which is called `Journal ä.db`. */
function upload(token: string, file: Upload | undefined, fields: Fields = {}, signal?: AbortSignal) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const bytes = Array.isArray(file) ? JSON.stringify({ journal: file }) : (file as Uint8Array<ArrayBuffer>);
  if (file !== undefined) body.set('file', new Blob([bytes]), 'Journal ä.db');
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(`${application.url}/imports`, { method: 'POST', headers, body, ...(signal && { signal }) });
}

async function events(...request: Parameters<typeof upload>): Promise<SentEvent[]> {
  const response = await upload(...request);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const all: SentEvent[] = [];
  for await (const event of sentEvents(response)) all.push(event);
  return all;
}

async function storedBy(token: string): Promise<string[]> {
  const { entries } = (await answer(200, application.get('/trades', token))) as JournalPage;
  return entries.map(({ id }) => id);
}

describe('an upload to the guide’s application', () => {
  it("is imported for its user, with progress, and its report has the user's file name", async () => {
    const file = await legacyBytes({ journal: [legacyEntry('a'), legacyEntry('b')] }, 'sqlite');
    const all = await events(ann, file, { timeZone: 'America/Denver' });
    expect(all.slice(0, -1)).toContainEqual({ type: 'progress', data: { phase: 'load', done: 2, total: 2 } });
    expect(all.at(-1)).toMatchObject({
      type: 'report',
      data: {
        file: 'Journal ä.db',
        format: 'sqlite',
        user: { email: 'ann@example.com', created: false },
        entries: { inserted: 2 },
      },
    });
    expect(await storedBy(ann)).toHaveLength(2);
    expect(await storedBy(bob)).toEqual([]);
  });

  it.each<[string, Upload, Fields, object]>([
    ['is not a journal', new TextEncoder().encode('hello'), {}, { statusCode: 422, code: 'LEGACY_FILE' }],
    [
      'needs a time zone',
      [legacyEntry('a', { expiration: '2025-12-15T07:00:00.000Z' })],
      {},
      { statusCode: 422, code: 'TIME_ZONE' },
    ],
    [
      'has a row that cannot be imported',
      [legacyEntry('a'), legacyEntry('bad', { type: 'gift' })],
      {},
      { statusCode: 422, code: 'IMPORT_REJECTED', rejected: [{ row: 2, id: 'bad', column: 'type' }] },
    ],
  ])(
    'that %s ends in a failure with a clear message, and nothing is stored',
    async (_, file, fields, data) => {
      const last = (await events(ann, file, fields)).at(-1);
      expect(last).toMatchObject({ type: 'failure', data });
      const { message } = last?.data as { message: string };
      expect(message).not.toMatch(/--|journal-imports-/);
      expect(await storedBy(ann)).toEqual([]);
    },
  );

  it('uses the options of the form', async () => {
    const file = [legacyEntry('a'), legacyEntry('bad', { type: 'gift' })];
    const dry = await events(ann, file, { skipInvalid: 'true', dryRun: 'true' });
    expect(dry.at(-1)).toMatchObject({ type: 'report', data: { dryRun: true, entries: { inserted: 1 } } });
    expect(await storedBy(ann)).toEqual([]);
    await events(ann, file, { skipInvalid: 'true', dryRun: 'false' });
    expect(await storedBy(ann)).toEqual(['a']);
  });

  it('is refused without a sign-in', async () => {
    expect((await upload('nobody', [legacyEntry('a')])).status).toBe(401);
  });

  it.each<[string, object[] | undefined, Fields]>([
    ['without a file', undefined, {}],
    ['with a field that the form does not have', [legacyEntry('a')], { email: 'bob@example.com' }],
  ])('ends in a failure with the status 400: %s', async (_, file, fields) => {
    const reason = file === undefined ? 'File is required' : 'Unrecognized key: "email"';
    expect(await events(ann, file, fields)).toEqual([
      { type: 'failure', data: { statusCode: 400, message: reason } },
    ]);
    await uploadsGone();
  });

  it('answers 500 without details for a server error', async () => {
    await application.owner.query('ALTER TABLE journal RENAME TO elsewhere');
    try {
      expect((await events(ann, [legacyEntry('a')])).at(-1)).toEqual({
        type: 'failure',
        data: { statusCode: 500, message: 'Internal server error' },
      });
    } finally {
      await application.owner.query('ALTER TABLE elsewhere RENAME TO journal');
    }
  });

  it('receives its complete report of more than 4,000,000 characters', async () => {
    const meta = JSON.stringify(JSON.stringify({ note: 'x'.repeat(9_000) }));
    const file = Array.from({ length: 300 }, (_, index) => legacyEntry(`e-${index}`, { meta }));
    const last = (await events(ann, file)).at(-1);
    expect(JSON.stringify(last).length).toBeGreaterThan(4_000_000);
    expect((last?.data as ImportReport).changes).toHaveLength(300);
  });
});

/** The first INSERT of an import waits until `work` has ended. */
const whileHeld = (work: () => Promise<void>) =>
  whileOpen(application.owner, 'LOCK TABLE journal IN SHARE MODE', [], work);

/**
 * Reads events until the file is checked and the import stores entries. The client stays connected;
 * a `for await` loop would disconnect it.
 */
async function untilChecked(response: Response, entries: number): Promise<void> {
  const sent = sentEvents(response);
  let event: SentEvent;
  do {
    event = (await sent.next()).value as SentEvent;
  } while ((event.data as { done: number }).done < entries);
}

it('a third concurrent import is refused, and is accepted after the others have ended', async () => {
  const file = [legacyEntry('a')];
  const clients = [new AbortController(), new AbortController()];
  await whileHeld(async () => {
    for (const { signal } of clients) await untilChecked(await upload(ann, file, {}, signal), 1);
    expect((await events(bob, file)).at(-1)).toMatchObject({ type: 'failure', data: { statusCode: 503 } });
    for (const client of clients) client.abort();
    await uploadsGone();
  });
  expect((await events(bob, file)).at(-1)).toMatchObject({ type: 'report' });
});

describe('a client that disconnects', () => {
  it('during the load cancels its import, and nothing is stored', async () => {
    const file = Array.from({ length: 3000 }, (_, index) => legacyEntry(`e-${index}`));
    await whileHeld(async () => {
      const client = new AbortController();
      await untilChecked(await upload(ann, file, {}, client.signal), 3000);
      expect(await readdir(application.uploads)).toHaveLength(1);
      client.abort();
      await uploadsGone();
    });
    expect(await storedBy(ann)).toEqual([]);
    await events(ann, file);
    expect(await application.owner.query('SELECT count(*)::integer FROM journal')).toEqual([{ count: 3000 }]);
  });

  it('during the upload leaves no file and no entries', async () => {
    const client = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
        stream.enqueue(new TextEncoder().encode(head + '{'.repeat(1_000_000)));
      },
    });
    const headers = { Authorization: `Bearer ${ann}`, 'Content-Type': 'multipart/form-data; boundary=b' };
    const options = { method: 'POST', headers, body, signal: client.signal, duplex: 'half' } as const;
    await fetch(`${application.url}/imports`, options);
    await until(async () => (await readdir(application.uploads)).length === 1);
    client.abort();
    await uploadsGone();
  });

  it('at the end of the upload, before the import begins, leaves no file and no entries', async () => {
    const server = application.nest.getHttpServer() as Server;
    server.prependOnceListener('request', (request: IncomingMessage) =>
      request.once('end', () => request.socket.destroy()),
    );
    await expect(events(ann, [legacyEntry('a')])).rejects.toThrow('fetch failed');
    await setTimeout(500); // until the file is complete
    await uploadsGone();
    expect(await storedBy(ann)).toEqual([]);
  });
});

/** The upload is removed when its import has ended. */
async function uploadsGone(): Promise<void> {
  await until(async () => (await readdir(application.uploads)).length === 0);
}

/** Yields the server-sent events of a response as they arrive. */
async function* sentEvents({ body }: Response): AsyncGenerator<SentEvent> {
  if (body === null) throw new Error('the response has no body');
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const events = (text + chunk).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, type] = /^event: (.*)$/m.exec(event) ?? [];
      const [, data] = /^data: (.*)$/m.exec(event) ?? [];
      if (type !== undefined && data !== undefined) yield { type, data: JSON.parse(data) as unknown };
    }
  }
}
