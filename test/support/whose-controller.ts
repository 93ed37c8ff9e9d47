import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Catch, Controller, Get, HttpStatus, Param, Post, Res } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { concatMap, map, take, timer, toArray } from 'rxjs';
import type { Observable } from 'rxjs';
import { JournalDatabaseError, JournalRepository, UserScope } from '../../src/index.js';
import { Probe, codeOr } from './scoped-application.js';

/**
 * Routes that answer whose entries can be read at two moments, each in its own way; and one that
 * writes.
 */
export const ways = ['promise', 'observable', 'promised-observable', 'generator', 'unit', 'manual'] as const;

@Controller()
export class WhoseController {
  constructor(
    private readonly probe: Probe,
    private readonly journal: JournalRepository,
    private readonly scope: UserScope,
  ) {}

  @Get('promise')
  async promise(): Promise<string> {
    const before = await this.probe.whose();
    await setTimeout(1);
    return `${before} ${await this.probe.whose()}`;
  }

  @Get('observable')
  observable(): Observable<string> {
    return timer(1, 1).pipe(
      take(2),
      concatMap(() => this.probe.whose()),
      toArray(),
      map((moments) => moments.join(' ')),
    );
  }

  @Get('promised-observable')
  async promisedObservable(): Promise<Observable<string>> {
    const before = await this.probe.whose();
    return timer(1).pipe(
      concatMap(() => this.probe.whose()),
      map((now) => `${before} ${now}`),
    );
  }

  @Get('generator')
  async *generator(): AsyncGenerator<string> {
    yield `${await this.probe.whose()} `;
    await setTimeout(1);
    yield this.probe.whose();
  }

  @Get('unit')
  async unit(): Promise<string> {
    const unit = () => codeOr(this.scope.transaction(() => this.probe.names()));
    return `${await unit()} ${await unit()}`;
  }

  /** Ends the response itself, and so in its own scope. */
  @Get('manual')
  async manual(@Res() response: ServerResponse | { raw: ServerResponse }): Promise<void> {
    const body = `${await this.probe.whose()} ${await this.probe.whose()}`;
    const raw = 'raw' in response ? response.raw : response;
    raw.setHeader('Content-Length', body.length);
    raw.end(body);
  }

  @Post('entries/:id')
  async append(@Param('id') id: string): Promise<void> {
    await this.journal.append({ id, ts: new Date(0), accountId: 'acct-1', type: 'fee', amount: '-1' });
  }
}

/** Answers with the code of an error of the package. */
@Catch(JournalDatabaseError)
export class CodeFilter implements ExceptionFilter<JournalDatabaseError> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch({ code }: JournalDatabaseError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<object>();
    this.host.httpAdapter.reply(response, code, HttpStatus.FORBIDDEN);
  }
}
