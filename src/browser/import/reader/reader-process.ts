import { fork, type ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { LegacyFileError } from './legacy-file.error.js';
import type { Answer, FileToRead, Question } from './messages.js';
import { receivedError } from './sent-error.js';

/** The answer `ready`, or an answer to the question `next`. */
export type NextAnswer = Exclude<Answer, { kind: 'progress' | 'failed' }>;

interface Waiting {
  resolve: (answer: NextAnswer) => void;
  reject: (error: Error) => void;
}

/** The child process that reads one untrusted file. */
export class ReaderProcess {
  readonly #child: ChildProcess;
  /** The remaining time for answers. */
  #milliseconds: number;
  #waiting: Waiting | undefined;
  #failure: Error | undefined;
  #isReady = false;
  #printed = '';

  /** Starts the process, which begins to check the file. */
  constructor(
    program: URL,
    private readonly file: FileToRead,
    private readonly limits: { seconds: number; mebibytes: number },
    private readonly onProgress: (rows: number, total: number) => void,
  ) {
    this.#milliseconds = limits.seconds * 1000;
    this.#child = startReader(program, limits.mebibytes);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed = (this.#printed + text).slice(-4000);
    });
    this.#child.on('message', (text: string) => this.#receive(JSON.parse(text) as Answer));
    this.#child.on('error', (error) => this.kill(error));
    this.#child.on('close', (code, signal) => this.kill(this.#death(code, signal)));
    this.#ask({ kind: 'check', file });
  }

  /** Begins to read the entries of the checked file. */
  entries(): void {
    this.#ask({ kind: 'entries' });
  }

  /**
   * The next answer about the file.
   *
   * @throws LegacyFileError for an unreadable file, or if a limit is exceeded
   * @throws LocalStorageError, TimeZoneError
   */
  async next(): Promise<NextAnswer> {
    if (!this.#isReady) await this.#answer(60_000, tooSlowStart);
    const start = performance.now();
    const answer = this.#answer(this.#milliseconds, () => tooSlow(this.file.path));
    this.#ask({ kind: 'next' });
    return answer.finally(() => (this.#milliseconds -= performance.now() - start));
  }

  #answer(milliseconds: number, timeout: () => Error): Promise<NextAnswer> {
    const timer = setTimeout(() => this.kill(timeout()), milliseconds);
    return new Promise<NextAnswer>((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure;
      this.#waiting = { resolve, reject };
    }).finally(() => clearTimeout(timer));
  }

  /** Ends the process. Pending and later calls of `next` fail with the first reason. */
  kill(reason: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    this.#child.kill('SIGKILL');
    this.#waiting?.reject(reason);
  }

  #receive(answer: Answer): void {
    if (answer.kind === 'progress') return this.#report(answer.rows, answer.total);
    if (answer.kind === 'failed') return this.kill(receivedError(answer.error));
    if (answer.kind === 'ready') this.#isReady = true;
    this.#waiting?.resolve(answer);
  }

  /** An error of the callback fails the import. In a message handler it would end the process. */
  #report(rows: number, total: number): void {
    try {
      this.onProgress(rows, total);
    } catch (error) {
      this.kill(error as Error);
    }
  }

  #death(code: number | null, signal: NodeJS.Signals | null): Error {
    const end = signal ?? `exit code ${code}`;
    const isMemory = signal === 'SIGKILL' || signal === 'SIGABRT' || code === 134;
    if (this.#isReady && isMemory) {
      return new LegacyFileError(
        this.file.path,
        `takes more than ${this.limits.mebibytes} MiB of memory to read; check that it is a journal, and if so raise the limit of memory`,
      );
    }
    return new Error(`The process that reads the file ended with ${end}: ${this.#printed.trim()}`);
  }

  #ask(question: Question): void {
    // A failure to send is followed by the end of the process.
    if (this.#failure === undefined) this.#child.send(question, () => {});
  }
}

/** A slow start of the process is no LegacyFileError, because the file is not its cause. */
function tooSlowStart(): Error {
  return new Error(
    'The process that reads the file did not start within a minute; import again when the machine has less work.',
  );
}

function tooSlow(path: string): LegacyFileError {
  return new LegacyFileError(
    path,
    'takes too long to read; check that it is a journal, and if so raise the limit of time',
  );
}

function startReader(program: URL, mebibytes: number): ChildProcess {
  return fork(program, [String(mebibytes)], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The child gets neither the credentials nor the Node options of this process.
    env: {},
    // A second limit: the watchdog ends the child before V8 does.
    execArgv: [`--max-old-space-size=${mebibytes}`, '--max-semi-space-size=2'],
  });
}

/** Limits of the reader process of one import. Exceeding one throws LegacyFileError. */
export interface ReadingLimits {
  /**
   * Total time in seconds for the answers of the reader process, after its start: more than 0, at
   * most 2,147,483. Default 300.
   */
  seconds?: number | undefined;
  /**
   * Resident memory of the reader process in MiB: JavaScript, buffers, WebAssembly, and about 100
   * MiB for Node itself. A whole number, at least 128. Default 2048.
   */
  mebibytes?: number | undefined;
}

/** The delay of a timer is at most 2³¹ − 1 milliseconds. Node.js fires a longer one at once. */
const maxSeconds = 2_147_483;

/** Node.js itself takes about 100 MiB: with a lower limit it ends before it reads the file. */
const minMebibytes = 128;

/** Rules of the limits. The error of Node.js for a wrong limit would name its own options. */
export const readingLimits: z.ZodType<ReadingLimits> = z.object({
  seconds: z
    .custom<number>(
      (seconds) => typeof seconds === 'number' && seconds > 0 && seconds <= maxSeconds,
      `must be a number of more than 0 and at most ${maxSeconds}`,
    )
    .optional(),
  mebibytes: z
    .custom<number>(
      (mebibytes) => Number.isSafeInteger(mebibytes) && (mebibytes as number) >= minMebibytes,
      `must be a whole number of at least ${minMebibytes}`,
    )
    .optional(),
});

/**
 * Sufficient for the largest accepted file. The check of a valid SQLite database of 252 MiB with
 * 780,000 entries took 77 seconds and 401 MiB on a machine of two cores with a load of 15.
 */
export const defaultLimits = { seconds: 300, mebibytes: 2048 } as const;
