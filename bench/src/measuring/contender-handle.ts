import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type { ContenderName } from '../contenders/names.js';
import type { Material } from '../database/material.js';
import type { WorkName } from '../works/works.js';
import type { Limit, Turn } from './measure.js';
import type { Answer, Answers, Request } from './messages.js';

/** The database and the options of a contender. */
export interface Place {
  url: string;
  poolSize: number;
  material: Material;
}

/** A contender in a child process. */
export class ContenderHandle {
  readonly #child: ChildProcess;

  private constructor(readonly name: ContenderName) {
    this.#child = fork(resolve(import.meta.dirname, 'contender-process.js'), [name], {
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
    });
  }

  /**
   * Starts the process and opens the contender.
   *
   * @returns the reason if the contender is unavailable
   */
  static async start(name: ContenderName, place: Place): Promise<ContenderHandle | { absent: string }> {
    const handle = new ContenderHandle(name);
    const { absent } = await handle.#ask('open', { kind: 'open', ...place });
    if (absent === undefined) return handle;
    handle.#child.disconnect();
    return { absent };
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  turn(work: WorkName, concurrency: number, limit: Limit): Promise<Turn | undefined> {
    return this.#ask('turn', { kind: 'turn', work, concurrency, limit });
  }

  /** Runs the operation once on empty input. */
  rest(work: WorkName): Promise<undefined> {
    return this.#ask('rest', { kind: 'rest', work });
  }

  check(superuserUrl: string): Promise<string[]> {
    return this.#ask('check', { kind: 'check', superuserUrl });
  }

  async close(): Promise<void> {
    await this.#ask('close', { kind: 'close' });
    this.#child.disconnect();
  }

  #ask<Kind extends keyof Answers>(_kind: Kind, request: Request & { kind: Kind }): Promise<Answers[Kind]> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const ended = () =>
        reject(new Error(`the process of ${this.name} ended while it was to ${request.kind}`));
      child.once('exit', ended);
      child.once('message', (answer: Answer) => {
        child.off('exit', ended);
        if ('failed' in answer) reject(new Error(`${this.name}, ${request.kind}: ${answer.failed}`));
        else resolve(answer.answer as Answers[Kind]);
      });
      child.send(request);
    });
  }
}
