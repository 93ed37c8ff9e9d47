/**
 * Measures the longest turn of the event loop in milliseconds of processor time, not of the clock:
 * other processes of a loaded machine delay turns, but use none of this process's time.
 */
export class LongestTurn {
  #longest = 0;
  #last = process.cpuUsage();
  readonly #timer = setInterval(() => this.#measure(), 1).unref();

  /** Ends the measurement. @returns the longest turn, garbage collection included */
  end(): number {
    clearInterval(this.#timer);
    this.#measure();
    return this.#longest;
  }

  #measure(): void {
    const { user, system } = process.cpuUsage(this.#last);
    this.#last = process.cpuUsage();
    this.#longest = Math.max(this.#longest, (user + system) / 1_000);
  }
}
