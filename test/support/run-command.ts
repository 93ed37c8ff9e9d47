import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Exit status and output of a command. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Working directory of a command, and variables in addition to a clean environment. */
interface CommandPlace {
  cwd: string;
  env?: Record<string, string>;
}

/** A running command. */
export interface RunningCommand {
  child: ChildProcess;
  ended: Promise<CommandResult>;
}

/** Starts a command with a clean environment, without the variables of this test run. */
export function startCommand(command: string, args: readonly string[], place: CommandPlace): RunningCommand {
  const env = { ...cleanEnvironment(), ...place.env };
  const child = spawn(command, args, { cwd: place.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (printed[stream] += text));
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }));
  return { child, ended };
}

/** Runs a command and waits for its end, successful or not. */
export function runCommand(
  command: string,
  args: readonly string[],
  place: CommandPlace,
): Promise<CommandResult> {
  return startCommand(command, args, place).ended;
}

/**
 * Runs a command that must succeed.
 *
 * @throws Error with the output of the command
 */
export async function succeed(
  command: string,
  args: readonly string[],
  place: CommandPlace,
): Promise<CommandResult> {
  const result = await runCommand(command, args, place);
  if (result.code === 0) return result;
  throw new Error(
    `${command} ${args.join(' ')} ended with ${result.code}:\n${result.stdout}\n${result.stderr}`,
  );
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(DATABASE_|TEST_|JEST_|NODE_ENV$|NODE_OPTIONS$|npm_(package|lifecycle)_|npm_command$|INIT_CWD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
