import { spawnSync } from 'node:child_process';
import { Command, InvalidArgumentError } from 'commander';

// Runs the specs of the leak hunt in Jest for a chosen time. The specs read their limits from
// environment variables.

const program = new Command('leak-hunt')
  .description(
    'Looks for a way from one user to another: directly, and through PgBouncer where it is installed.',
  )
  .option('--minutes <minutes>', 'for how long', number, 5)
  .option('--seed <seed>', 'where the choice of operations begins; a failure names its seed', whole)
  .parse();
const { minutes, seed } = program.opts<{ minutes: number; seed?: number }>();

const jest = [
  '--experimental-vm-modules',
  '--no-warnings=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];
const { status } = spawnSync(process.execPath, [...jest, 'isolation/leak-hunt'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    LEAK_HUNT_MINUTES: String(minutes),
    ...(seed === undefined ? {} : { LEAK_HUNT_SEED: String(seed) }),
  },
});
process.exitCode = status ?? 1;

function number(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function whole(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
