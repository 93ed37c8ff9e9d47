import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { compiledRepository } from '../support/compiled.js';

/** A process that uses an embedded PostgreSQL. */
export interface ServerChild {
  url: string;
  base: string;
  /** Ends it with a signal. @returns its exit code. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Lets it stop its server and end. @returns its exit code. */
  finish(): Promise<number | null>;
}

export interface ServerChildOptions {
  uid?: number;
  gid?: number;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs a script of this folder in a child process, and waits until its server runs. */
export async function startChild(
  script: string,
  args: readonly string[] = [],
  options: ServerChildOptions = {},
): Promise<ServerChild> {
  const file = join(await compiledRepository(), 'test', 'embedded', script);
  // The child process does not need Jest's Node options.
  const env = { ...process.env, ...options.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [file, ...args], {
    ...options,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => text as string),
    ended.then((code) => Promise.reject(new Error(`${script} ended with ${code}: ${errors.join('')}`))),
  ]);
  const { url, base } = JSON.parse(line) as { url: string; base: string };
  return {
    url,
    base,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
    finish: () => {
      child.stdin.end();
      return ended;
    },
  };
}
