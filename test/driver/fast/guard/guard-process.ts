import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { GuardReport, GuardWork } from './guard-run.js';

/**
 * Time limit of a program in milliseconds. On an idle machine a program takes less than a second.
 */
const limit = 120_000;

/**
 * Runs programs sequentially in one child process, so that they share Nest and TypeORM. If a
 * program ends the process, the next program starts a new one.
 */
export class GuardProcess {
  #child: ChildProcess | undefined;
  #printed = '';

  /** @param runner the path of `runner.js` */
  constructor(private readonly runner: string) {}

  async run(work: GuardWork): Promise<GuardReport> {
    const child = (this.#child ??= this.#start());
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    try {
      const report = await new Promise<GuardReport>((resolve, reject) => {
        child.once('message', resolve);
        child.once('exit', (code, signal) =>
          reject(new Error(`The program reported nothing, ended with ${signal ?? code}: ${this.#printed}`)),
        );
        child.send(work);
      });
      if ('died' in report) this.#child = undefined;
      return report;
    } catch (error) {
      this.#child = undefined;
      throw error;
    } finally {
      clearTimeout(timer);
      child.removeAllListeners('message').removeAllListeners('exit');
    }
  }

  end(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  #start(): ChildProcess {
    this.#printed = '';
    const child = fork(this.runner, [], {
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#printed += text));
    return child;
  }
}
