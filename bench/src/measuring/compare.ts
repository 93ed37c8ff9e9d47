import { measure, scoped } from '../contenders/names.js';
import type { ContenderName } from '../contenders/names.js';
import type { Material } from '../database/material.js';
import { memberUrl } from '../database/login.js';
import { serverCpu } from '../database/server-cpu.js';
import { asSuperuser } from '../database/superuser.js';
import { works } from '../works/works.js';
import type { WorkName } from '../works/works.js';
import type { Work } from '../works/work.js';
import { ContenderHandle } from './contender-handle.js';
import type { Limit, Turn } from './measure.js';
import { withPeakOf } from './memory.js';
import { median, quantile, sum } from './statistics.js';

/** The result of one contender in one operation at one concurrency, over all counted rounds. */
export interface Result {
  work: WorkName;
  contender: ContenderName;
  concurrency: number;
  /**
   * The contender's rate divided by the rate of `pg` in the same round: median, minimum, maximum.
   */
  ratio: { median: number; min: number; max: number };
  /** Latency in milliseconds. */
  p50: number;
  p99: number;
  /**
   * Processor time of an operation in milliseconds. The server's time is undefined without /proc.
   */
  clientCpu: number;
  serverCpu: number | undefined;
  /** Bytes. */
  peakMemory: number;
  idleMemory: number;
}

export interface Comparison {
  contenders: readonly ContenderName[];
  rounds: number;
  /** Duration of a turn in milliseconds. */
  turn: number;
  /** The URL of the database for the superuser. */
  url: string;
  material: Material;
}

type CountedTurn = Turn & { serverCpu: number | undefined };

/**
 * Measures one operation. Each contender has its own process. In each round the contenders run in
 * sequence, each time with another first one. The first round is a warm-up and does not count.
 */
export async function compare(name: WorkName, comparison: Comparison): Promise<Result[]> {
  return asSuperuser(comparison.url, async (superuser) => {
    const memberLogin = await memberUrl(superuser, comparison.url);
    const cpu = await serverCpu(superuser);
    const work: Work = works[name];
    const limit: Limit = work.once ? { operations: 1 } : { milliseconds: comparison.turn };
    const handles = await startAll(comparison, memberLogin);
    const idle = new Map<ContenderHandle, number | undefined>();
    for (const handle of work.prepareRest ? handles : [])
      idle.set(handle, (await withPeakOf(handle.pid, () => handle.rest(name))).peak);
    const turns = new Map<string, CountedTurn[]>();
    for (let round = 0; round <= comparison.rounds; round += 1) {
      for (const concurrency of work.concurrencies) {
        for (const handle of rotated(handles, round)) {
          const before = cpu();
          const turn = await turnOf(handle, { name, concurrency, limit, idle: idle.get(handle) });
          const after = cpu();
          for (const statement of work.takeBack ?? []) {
            const values = statement.includes('$1') ? [comparison.material.load] : [];
            await superuser.query(statement, values);
          }
          if (turn === undefined || round === 0) continue;
          const used = before === undefined || after === undefined ? undefined : (after - before) * 1000;
          const key = keyOf(handle.name, concurrency);
          turns.set(key, [...(turns.get(key) ?? []), { ...turn, serverCpu: used }]);
        }
      }
    }
    for (const handle of handles) await handle.close();
    return work.concurrencies.flatMap((concurrency) => {
      const ofMeasure = turns.get(keyOf(measure, concurrency)) ?? [];
      return handles.flatMap((handle) => {
        const own = turns.get(keyOf(handle.name, concurrency));
        return own ? [{ work: name, contender: handle.name, concurrency, ...resultOf(own, ofMeasure) }] : [];
      });
    });
  });
}

/** @param options.idle idle memory of all processes of the contender, if child processes count */
async function turnOf(
  handle: ContenderHandle,
  {
    name,
    concurrency,
    limit,
    idle,
  }: { name: WorkName; concurrency: number; limit: Limit; idle: number | undefined },
): Promise<Turn | undefined> {
  if (idle === undefined) return handle.turn(name, concurrency, limit);
  const { result, peak } = await withPeakOf(handle.pid, () => handle.turn(name, concurrency, limit));
  return result && { ...result, peakMemory: peak ?? result.peakMemory, idleMemory: idle };
}

async function startAll({ contenders, url, material }: Comparison, memberLogin: string) {
  const handles: ContenderHandle[] = [];
  for (const name of contenders) {
    const place = { url: scoped.includes(name) ? memberLogin : url, poolSize: 10, material };
    const handle = await ContenderHandle.start(name, place);
    if (handle instanceof ContenderHandle) handles.push(handle);
  }
  return handles;
}

function resultOf(turns: readonly CountedTurn[], ofMeasure: readonly CountedTurn[]) {
  const ratios = turns.map((turn, round) => rate(turn) / rate(ofMeasure[round]));
  const latencies = turns.flatMap((turn) => turn.latencies);
  const operations = sum(turns.map((turn) => turn.operations));
  const server = turns.map((turn) => turn.serverCpu);
  return {
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    clientCpu: sum(turns.map((turn) => turn.clientCpu)) / operations,
    serverCpu: server.includes(undefined) ? undefined : sum(server.map((used) => used ?? 0)) / operations,
    peakMemory: Math.max(...turns.map((turn) => turn.peakMemory)),
    idleMemory: Math.max(...turns.map((turn) => turn.idleMemory)),
  };
}

function rate(turn: Turn | undefined): number {
  return turn === undefined ? NaN : turn.operations / turn.elapsed;
}

function keyOf(contender: ContenderName, concurrency: number): string {
  return `${contender} ${concurrency}`;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
