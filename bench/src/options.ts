import { parseArgs } from 'node:util';
import { contenderNames, measure } from './contenders/names.js';
import type { ContenderName } from './contenders/names.js';
import type { ServerOptions } from './database/embedded.js';
import { sizes } from './database/size.js';
import type { Size } from './database/size.js';
import { Refusal } from './refusal.js';
import { workNames } from './works/works.js';
import type { WorkName } from './works/works.js';

/** The options of a command. */
export interface Options {
  size: Size;
  rounds: number;
  works: readonly WorkName[];
  contenders: readonly ContenderName[];
  /** Figures are measured if their title contains this text. */
  figures: string;
  /** Journal sizes (numbers of entries) for `npm run growth`. */
  entries: readonly number[];
  server: ServerOptions;
  /** Folder of the report; undefined to print it only. */
  output: string | undefined;
  /** The command line of a script with these options. */
  command: (script: string) => string;
}

/** @throws Refusal for an invalid option */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: 'string', default: 'full' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: workNames.join() },
      contenders: { type: 'string', default: contenderNames.join() },
      figures: { type: 'string', default: '' },
      entries: { type: 'string', default: '100000,1000000,10000000' },
      postgres: { type: 'string', default: '18' },
      durable: { type: 'boolean', default: false },
      output: { type: 'string' },
    },
  });
  const wanted = listOf('contenders', values.contenders, contenderNames);
  return {
    size: sizes[oneOf('size', values.size, ['full', 'small', 'tiny'])],
    rounds: wholeNumber('rounds', values.rounds),
    works: listOf('only', values.only, workNames),
    // The baseline is always included.
    contenders: contenderNames.filter((name) => name === measure || wanted.includes(name)),
    figures: values.figures,
    entries: values.entries.split(',').map((entries) => wholeNumber('entries', entries)),
    server: { version: oneOf('postgres', values.postgres, ['15', '18']), durable: values.durable },
    output: values.output,
    command: (script) => `npm run ${script}${args.length > 0 ? ` -- ${args.join(' ')}` : ''}`,
  };
}

function listOf<T extends string>(option: string, text: string, allowed: readonly T[]): T[] {
  const named = text.split(',').map((name) => oneOf(option, name.trim(), allowed));
  return allowed.filter((name) => named.includes(name));
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw new Refusal(`--${option} ${value}: expected ${allowed.join(', ')}`);
  return found;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Refusal(`--${option} ${text}: expected a whole number above 0`);
}
