import { existsSync, readFileSync } from 'node:fs';

const ownThread = `/proc/self/task/${process.pid}/schedstat`;

/**
 * Measures the longest turn of the event loop in milliseconds of processor time, not of the clock:
 * other processes of a loaded machine delay turns, but use none of this thread's time. On systems
 * without `/proc` the threads of compilation and garbage collection count, too.
 */
export class LongestTurn {
  #longest = 0;
  #last = usedTime();
  readonly #timer = setInterval(() => this.#measure(), 1).unref();

  /** Ends the measurement. @returns the longest turn */
  end(): number {
    clearInterval(this.#timer);
    this.#measure();
    return this.#longest;
  }

  #measure(): void {
    const used = usedTime();
    this.#longest = Math.max(this.#longest, used - this.#last);
    this.#last = used;
  }
}

/** Processor time that the thread of the event loop has used, in milliseconds. */
function usedTime(): number {
  if (existsSync(ownThread)) return Number(readFileSync(ownThread, 'utf8').split(' ')[0]) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
