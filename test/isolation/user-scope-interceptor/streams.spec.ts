// @slow: waits for the events of streams
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Query, Sse, StreamableFile } from '@nestjs/common';
import type { INestApplication, MessageEvent } from '@nestjs/common';
import { Observable, Subject, concatMap, interval, map, take } from 'rxjs';
import { JournalRepository, UserScope, keepUserScope } from '../../../src/index.js';
import type { JournalEntry } from '../../../src/index.js';
import { Probe, listen, platforms, startScopedApplication } from '../../support/scoped-application.js';
import type { ScopedApplication } from '../../support/scoped-application.js';
import { until } from '../../support/until.js';

/** Events that a producer records when it ends. */
let ends: string[] = [];

@Controller()
class StreamsController {
  readonly changes = new Subject<void>();

  constructor(
    private readonly probe: Probe,
    private readonly scope: UserScope,
    private readonly journal: JournalRepository,
  ) {}

  @Get('journal')
  entries(): AsyncGenerator<JournalEntry> {
    return this.journal.stream();
  }

  @Sse('events')
  events(@Query('count') count: string): Observable<MessageEvent> {
    return interval(2).pipe(
      take(Number(count)),
      concatMap(() => this.probe.whose()),
      map((data) => ({ data })),
    );
  }

  @Sse('until-error')
  untilError(): Observable<MessageEvent> {
    return interval(2).pipe(
      concatMap(async (index) => {
        const data = await this.probe.whose();
        if (index === 2) await this.scope.transaction((manager) => manager.query(`SELECT no_column`));
        return { data };
      }),
    );
  }

  @Sse('endless')
  endless(): Observable<MessageEvent> {
    return new Observable((subscriber) => {
      const ticks = interval(2)
        .pipe(concatMap(() => this.probe.whose()))
        .subscribe((data) => subscriber.next({ data }));
      return () => {
        ticks.unsubscribe();
        void this.probe.whose().then((whose) => ends.push(whose));
      };
    });
  }

  @Get('endless-generator')
  async *endlessGenerator(): AsyncGenerator<string> {
    try {
      for (;;) yield `data: ${await this.probe.whose()}\n`;
    } finally {
      ends.push(await this.probe.whose());
    }
  }

  @Sse('changes')
  ownChanges(): Observable<MessageEvent> {
    return this.changes.pipe(
      keepUserScope(),
      concatMap(() => this.probe.whose()),
      map((data) => ({ data })),
    );
  }

  @Sse('changes-of-all')
  changesOfAll(): Observable<MessageEvent> {
    return this.changes.pipe(
      concatMap(() => this.probe.whose()),
      map((data) => ({ data })),
    );
  }

  @Get('change')
  change(): void {
    this.changes.next();
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from(this.lines()));
  }

  @Get('readable')
  readable(): Readable {
    return Readable.from(this.lines());
  }

  @Get('response')
  response(): Response {
    const { probe } = this;
    let left = 3;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      controller.enqueue(Buffer.from(`data: ${await probe.whose()}\n`));
      left -= 1;
      if (left === 0) controller.close();
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  }

  async *lines(): AsyncGenerator<string> {
    for (let left = 3; left > 0; left -= 1) yield `data: ${await this.probe.whose()}\n`;
  }
}

describe.each(platforms)('a stream over $platform', ({ adapter }) => {
  let scoped: ScopedApplication;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    scoped = await startScopedApplication(['anna', 'bob', 'cleo'], { controllers: [StreamsController] });
    app = scoped.module.createNestApplication(adapter());
    url = await listen(app);
  });
  afterAll(() => scoped?.close(app));
  beforeEach(() => {
    ends = [];
  });

  /** A stream from the view of a user's client. */
  interface Reading {
    /** The data received so far. */
    lines: string[];
    ended: Promise<void>;
    hangUp(): void;
  }

  async function read(path: string, name: string): Promise<Reading> {
    const leaving = new AbortController();
    const headers = { 'x-user': scoped.users[name] ?? '' };
    const { body } = await fetch(`${url}/${path}`, { headers, signal: leaving.signal });
    const lines: string[] = [];
    const readAll = async () => {
      let rest = '';
      const decoded = body?.pipeThrough(new TextDecoderStream()) ?? [];
      for await (const text of decoded as AsyncIterable<string>) {
        const whole = (rest + text).split('\n');
        rest = whole.pop() ?? '';
        lines.push(...whole.flatMap((line) => /^data: (.*)/.exec(line)?.[1] ?? []));
      }
    };
    const ended = readAll().catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error;
    });
    return { lines, ended, hangUp: () => leaving.abort() };
  }

  async function readToEnd(path: string, name: string): Promise<string[]> {
    const { lines, ended } = await read(path, name);
    await ended;
    return lines;
  }

  const times = (count: number, line: string) => Array.from({ length: count }, () => line);

  it('runs for its user at every event, beside streams of others', async () => {
    const names = ['anna', 'bob', 'anna', 'bob', 'bob'];
    const events = names.map((name, index) => readToEnd(`events?count=${20 + index}`, name));
    expect(await Promise.all(events)).toEqual(names.map((name, index) => times(20 + index, name)));
  });

  it('ends with the error of its handler, after the earlier events', async () => {
    expect(await readToEnd('until-error', 'anna')).toEqual(['anna', 'anna', 'Internal server error']);
  });

  it.each(['endless', 'endless-generator'])(
    'ends in the handler, in the scope of its user, if the client disconnects: %s',
    async (path) => {
      const [annas, bobs] = [await read(path, 'anna'), await read(path, 'bob')];
      await until(() => annas.lines.length > 3 && bobs.lines.length > 3);
      annas.hangUp();
      await until(() => ends.length === 1);
      expect(ends).toEqual(['anna']);
      const soFar = bobs.lines.length;
      await until(() => bobs.lines.length > soFar + 3);
      bobs.hangUp();
      await until(() => ends.length === 2);
      expect(ends).toEqual(['anna', 'bob']);
      expect([new Set(annas.lines), new Set(bobs.lines)]).toEqual([new Set(['anna']), new Set(['bob'])]);
    },
  );

  it('of the journal contains the journal of its user, and releases its connection if the client disconnects', async () => {
    const journal = app.get(JournalRepository);
    const get = (name: string) =>
      fetch(`${url}/journal`, { headers: { 'x-user': scoped.users[name] ?? '' } });
    const entriesOf = async (name: string) => {
      const lines = (await (await get(name)).text()).trim().split('\n');
      return lines.map((line) => JSON.parse(line) as { id: string; userId: string });
    };
    // More data than the socket buffers hold, so that backpressure stops the producer.
    const many = Array.from({ length: 2_500 }, (_, index) => ({
      id: `many-${index}`,
      ts: new Date(index),
      accountId: 'acct-1',
      type: 'fee' as const,
      amount: '-1' as const,
      notes: 'n'.repeat(2_000),
    }));
    await app.get(UserScope).run(scoped.users['cleo'] ?? '', () => journal.append(many));
    for (let left = 4; left > 0; left -= 1) {
      const reader = (await get('cleo')).body?.getReader();
      await reader?.read();
      await reader?.cancel();
    }
    expect(await Promise.all(['anna', 'bob', 'anna'].map(entriesOf))).toMatchObject(
      ['anna', 'bob', 'anna'].map((name) => [{ id: name, userId: scoped.users[name] }]),
    );
    expect(await entriesOf('cleo')).toHaveLength(2_501);
  });

  async function afterChangeBy(name: string, path: string): Promise<string[]> {
    const annas = await read(path, 'anna');
    const { changes } = app.get(StreamsController);
    await until(() => changes.observed);
    await fetch(`${url}/change`, { headers: { 'x-user': scoped.users[name] ?? '' } });
    await until(() => annas.lines.length > 0);
    annas.hangUp();
    await until(() => !changes.observed);
    return annas.lines;
  }

  it("that another user's action triggers runs for its own user with keepUserScope", async () => {
    expect(await afterChangeBy('bob', 'changes')).toEqual(['anna']);
  });

  it("that another user's action triggers runs for that user without keepUserScope", async () => {
    expect(await afterChangeBy('bob', 'changes-of-all')).toEqual(['bob']);
  });

  it.each(['file', 'readable', 'response'])(
    'that is read only after the handler has returned has no access: %s',
    async (path) => {
      expect(await readToEnd(path, 'anna')).toEqual(times(3, 'USER_SCOPE_MISSING'));
    },
  );
});
