import type { Absent } from '../check/check-all.js';
import { scoped, titles } from '../contenders/names.js';
import type { ContenderName } from '../contenders/names.js';
import type { Size } from '../database/size.js';
import type { JournalFiles } from '../model/journal-file.js';
import type { Result } from '../measuring/compare.js';
import { works } from '../works/works.js';
import { absentText, detailTable, megabytes, named, ratioTable } from './results-text.js';

export interface Run {
  /** The command that produced the numbers. */
  command: string;
  facts: readonly string[];
  size: Size;
  files: JournalFiles;
  rounds: number;
  absent: Absent;
}

/** The report of a run, as Markdown beside `benchmarks.svg`. */
export function benchmarksText(results: readonly Result[], run: Run): string {
  const { entries, users, heavy, depth, load, turn } = run.size;
  const count = (number: number) => number.toLocaleString('en');
  const names = [...new Set(results.map(({ work }) => work))];
  const contenders = named(results);
  return `# Benchmarks

Made in \`bench/\` by \`npm ci && ${run.command}\`. The numbers compare ways of doing the same work on one machine. Other machines have other numbers.

${run.facts.map((fact) => `- ${fact}`).join('\n')}
- ${count(entries)} entries of ${count(users)} users, one with ${count(heavy)}, one with 1,000, the others with about ${count(Math.round((entries - heavy - 1000) / (users - 2)))};
  the deep page begins at row ${count(depth)}; the bulk load stores ${count(load)} entries; the imported file has ${count(run.files.entries)} entries (${megabytes(run.files.bytes)} MB);
  the export reads all live entries of the heavy user.

Every contender has a process of its own. After a warm-up, there are ${run.rounds} rounds. In each round the contenders work one after another, for ${turn} ms or for one load,
import or export, and the order changes with the round. Before the rounds, a check requires that all contenders return equal rows. ${isolationText(contenders)}

## Rate in relation to pg by hand

The median rate at one operation at a time / at 16 at once. More is better.

${notesText(contenders)}

${ratioTable(results)}

![The ratios as bars, with the least and the greatest ratio as lines](benchmarks.svg)
${absentText(run.absent)}

## All that was measured

CPU is the processor time of one operation, user and system: of the client's process, and of all processes of the server. Peak is the greatest resident
memory of the client's process in any round. The number in brackets is the peak less the memory before the first operation, when all modules were loaded.

${names.map((work) => `### ${capital(works[work].title)}\n\n${detailTable(results, work)}`).join('\n\n')}
${importText(results, run.files)}
`;
}

function isolationText(contenders: readonly ContenderName[]): string {
  const isolated = contenders.filter((name) => scoped.includes(name)).map((name) => `“${titles[name]}”`);
  const others = 'log in as a superuser, and only their own statements name the user';
  if (isolated.length === 0) return `**All contenders ${others}.**`;
  return `**Row-level security
applies to ${isolated.join(', ')}: they log in as a member of the package's roles without other privileges, and set the scope of one user.
All others ${others}.**`;
}

/** Facts about a contender that its title does not say. */
const notes: Partial<Record<ContenderName, string>> = {
  pg:
    'named prepared statements; COPY for the load, a query stream for the export. The import reads the file by `libsql` and sends it by COPY. ' +
    'It checks nothing.',
  'pg-isolated':
    'the same statements, each after `BEGIN` and `set_config` of the role and the user, and before `COMMIT`: three more round trips. ' +
    'The load is a COPY into a temporary table and an INSERT from there: PostgreSQL refuses COPY FROM where row-level security applies.',
  journal:
    'the fast transport. It also checks its input, tells a repeated entry from a conflict, and returns the stored entries. The import ' +
    'reads the file twice in a process of its own, checks all rows first, and compares the stored sums with the sums of the file.',
  'journal-plain': 'the repositories with `DATABASE_FAST_PATH=false`.',
  'journal-repository':
    "TypeORM's repository of the entity, on the fast transport: its statements are foreign text.",
};

function notesText(contenders: readonly ContenderName[]): string {
  return contenders
    .flatMap((name) => (notes[name] === undefined ? [] : `- ${titles[name]}: ${notes[name]}`))
    .join('\n');
}

/** Compares the memory of an import with the size of its file. */
function importText(results: readonly Result[], { bytes }: JournalFiles): string {
  const sizes = results
    .filter(({ work }) => work === 'import')
    .map(
      ({ contender, peakMemory, idleMemory }) =>
        `${((peakMemory - idleMemory) / bytes).toFixed(1)} of ${titles[contender]}`,
    );
  if (sizes.length === 0) return '';
  return `
The memory of an import is that of the contender's process and its child processes, read every 10 ms; the processor time is that of the contender's process
alone. Idle is the peak of an import of a file without entries. The peak over idle, divided by the size of the file: ${sizes.join(', ')}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
