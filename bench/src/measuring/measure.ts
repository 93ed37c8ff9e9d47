import type { Operation } from '../works/work.js';

/** The length of a turn. */
export type Limit = { milliseconds: number } | { operations: number };

/** One turn of one contender. Times are milliseconds. */
export interface Turn {
  operations: number;
  elapsed: number;
  /** Latency of each operation. */
  latencies: number[];
  /** Processor time of the client, user and system. */
  clientCpu: number;
  /** The peak memory of the process so far, in bytes. */
  peakMemory: number;
  /** The memory of the process before its first operation, in bytes. */
  idleMemory: number;
}

let idleMemory: number | undefined;

/** Runs a turn with `concurrency` concurrent operations. */
export async function measure(operation: Operation, concurrency: number, limit: Limit): Promise<Turn> {
  const latencies: number[] = [];
  const most = 'operations' in limit ? limit.operations : Infinity;
  globalThis.gc?.();
  idleMemory ??= process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = 'milliseconds' in limit ? start + limit.milliseconds : Infinity;
  let begun = 0;
  const worker = async () => {
    for (let now = performance.now(); now < end && begun < most;) {
      begun += 1;
      await operation();
      const done = performance.now();
      latencies.push(done - now);
      now = done;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    operations: latencies.length,
    elapsed,
    latencies,
    clientCpu: (user + system) / 1000,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    idleMemory,
  };
}
