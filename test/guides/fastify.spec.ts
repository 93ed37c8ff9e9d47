// @slow: starts a process for each uploaded file
import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import multipart from '@fastify/multipart';
import type { MultipartFields } from '@fastify/multipart';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { BadRequestException, Controller, Post, Req, Res } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  JournalImportModule,
  JournalImportService,
  JournalRepository,
  UserScope,
  UsersRepository,
} from 'trading-journal-database';
import type { ImportReport } from 'trading-journal-database';
import { z } from 'zod';
import { ExportsModule } from '../../docs/guides/feature-module/exports/exports.module.js';
import { importOptions } from '../../docs/guides/feature-module/imports/import-options.js';
import { JournalErrorFilter } from '../../docs/guides/feature-module/journal-error.filter.js';
import { legacyBytes, legacyEntry } from '../support/legacy-journals.js';
import { listen, startScopedApplication } from '../support/scoped-application.js';
import type { ScopedApplication } from '../support/scoped-application.js';
import { until } from '../support/until.js';

// Excerpts of the guide to imports, which snippets.spec.ts compares.

@Controller('imports')
export class ImportsController implements OnModuleDestroy {
  /** No other account of the machine may read it. */
  readonly folder = mkdtempSync(join(tmpdir(), 'journal-imports-'));

  constructor(
    private readonly imports: JournalImportService,
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
  ) {}

  @Post()
  async import(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportReport> {
    const client = new AbortController();
    reply.raw.once('close', () => client.abort());
    const { files, values } = await request.saveRequestFiles({ tmpdir: this.folder });
    const [upload] = files;
    if (upload === undefined) throw new BadRequestException('File is required');
    const { data: options, error } = importOptions.safeParse(textsOf(values as MultipartFields));
    if (error) throw new BadRequestException(z.prettifyError(error));
    const { email } = await this.users.get(this.scope.userId);
    const { signal } = client;
    const report = await this.imports.import({ file: upload.filepath, email, signal, ...options });
    return { ...report, file: upload.filename };
  }

  async onModuleDestroy(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The fields of a form that are not files. */
function textsOf(fields: MultipartFields): object {
  const parts = Object.values(fields).flat();
  return Object.fromEntries(
    parts.flatMap((part) => (part?.type === 'field' ? [[part.fieldname, part.value]] : [])),
  );
}

let scoped: ScopedApplication;
let application: NestFastifyApplication;
let url = '';

beforeAll(async () => {
  scoped = await startScopedApplication(['ann', 'bob'], {
    imports: [JournalImportModule, ExportsModule],
    controllers: [ImportsController],
    providers: [{ provide: APP_FILTER, useClass: JournalErrorFilter }],
  });
  const app = scoped.module.createNestApplication<NestFastifyApplication>(
    new FastifyAdapter({ forceCloseConnections: true }),
  );
  application = app;
  await app.register(multipart, { limits: { files: 1, fields: 10, fileSize: 256 * 1024 * 1024 } });
  url = await listen(app);
});

afterAll(() => scoped?.close(application));

afterEach(uploadsGone);

type Fields = Record<string, string>;

function upload(user: string, file: Uint8Array | undefined, fields: Fields = {}, signal?: AbortSignal) {
  const body = new FormData();
  if (file) body.set('file', new Blob([file]), 'Journal ä.db');
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const headers = { 'x-user': scoped.users[user] ?? '' };
  return fetch(`${url}/imports`, { method: 'POST', headers, body, ...(signal && { signal }) });
}

async function idsOf(user: string): Promise<string[]> {
  const { entries } = await scoped.module
    .get(UserScope)
    .run(scoped.users[user] ?? '', () => scoped.module.get(JournalRepository).page());
  return entries.map(({ id }) => id).sort();
}

const folder = () => scoped.module.get(ImportsController).folder;

/** The upload is removed with the end of the request. */
async function uploadsGone(): Promise<void> {
  await until(async () => (await readdir(folder())).length === 0);
}

it('imports an upload on Fastify for its user, with the options of the form', async () => {
  const file = await legacyBytes({ journal: [legacyEntry('a'), legacyEntry('b')] }, 'sqlite');
  const dry = await upload('ann', file, { timeZone: 'America/Denver', dryRun: 'true' });
  expect([dry.status, await dry.json()]).toMatchObject([201, { dryRun: true, entries: { inserted: 2 } }]);
  expect(await idsOf('ann')).toEqual(['ann']);

  const answer = await upload('ann', file);
  expect([answer.status, await answer.json()]).toMatchObject([
    201,
    { file: 'Journal ä.db', user: { email: 'ann@example.com' }, entries: { inserted: 2 } },
  ]);
  expect([await idsOf('ann'), await idsOf('bob')]).toEqual([['a', 'ann', 'b'], ['bob']]);
});

it("downloads the user's own journal on Fastify", async () => {
  const headers = { 'x-user': scoped.users['bob'] ?? '' };
  const answer = await fetch(`${url}/exports?format=json`, { headers });
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="journal.json"');
  expect([answer.status, await answer.json()]).toMatchObject([200, { journal: [{ id: 'bob' }] }]);
});

it.each<[string, string | undefined, Fields, object]>([
  ['is not a journal', 'hello', {}, { statusCode: 422, code: 'LEGACY_FILE' }],
  ['is missing', undefined, { dryRun: 'true' }, { statusCode: 400, message: 'File is required' }],
  ['comes with an unknown field', '{}', { email: 'bob@example.com' }, { statusCode: 400 }],
])('answers with an error status if the file %s', async (_, text, fields, error) => {
  const file = text === undefined ? undefined : new TextEncoder().encode(text);
  expect(await (await upload('ann', file, fields)).json()).toMatchObject(error);
});

it('refuses a file that is too large with the status 413', async () => {
  const chunk = new Uint8Array(1024 * 1024);
  async function* form() {
    yield Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
    for (let sent = 0; sent <= 256; sent += 1) yield await Promise.resolve(chunk);
    yield Buffer.from('\r\n--b--\r\n');
  }
  const headers = { 'x-user': scoped.users['ann'] ?? '', 'Content-Type': 'multipart/form-data; boundary=b' };
  const options = { method: 'POST', headers, body: ReadableStream.from(form()), duplex: 'half' } as const;
  expect((await fetch(`${url}/imports`, options)).status).toBe(413);
});

it('cancels the import of a client that disconnects', async () => {
  const imports = jest.spyOn(scoped.module.get(JournalImportService, { strict: false }), 'import');
  const client = new AbortController();
  const sent = upload('bob', new TextEncoder().encode('{}'), {}, client.signal);
  const disconnected = expect(sent).rejects.toThrow('aborted');
  await until(() => imports.mock.calls.length > 0);
  client.abort();
  await expect(imports.mock.results[0]?.value).rejects.toMatchObject({ code: 'IMPORT_INTERRUPTED' });
  await disconnected;
});
