import { createInterface } from 'node:readline/promises';
import type { CompleteFormat } from '../portability/export/export-format.js';
import { refuseInterrupted } from '../portability/deletion/deletion-errors.js';
import { UserDeletionService } from '../portability/deletion/user-deletion.service.js';
import type {
  DeletionReport,
  UserHoldings,
  Consequence,
  UserTable,
} from '../portability/deletion/user-deletion.js';
import { withApplication } from './application.js';
import { CommandRefusedError } from './command-refused.error.js';
import { exportText } from './export.command.js';
import { interruptible } from './interruptible.js';
import { withProgress } from './progress.js';
import { table } from './table.js';
import { print, printable } from './printing.js';

/** The options of `journal-db delete-user`, as commander names them. */
export interface DeleteUserCommandOptions {
  export?: string;
  format: CompleteFormat;
  force?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** Shows the user's rows, asks for confirmation, deletes the user, and shows the rows left. */
export async function deleteUser(
  environment: NodeJS.ProcessEnv,
  address: string,
  { export: file, format, force: overwrite, yes, json }: DeleteUserCommandOptions,
): Promise<void> {
  await withApplication(environment, (application) =>
    interruptible(async (signal) => {
      const service = application.get(UserDeletionService);
      const holdings = await service.inspect(address);
      refuseInterrupted(signal);
      if (yes !== true) await confirm(holdings, signal);
      const request = file === undefined ? undefined : { file, format, overwrite };
      const report = await withProgress((onProgress) =>
        service.delete({ email: address, export: request, signal }, (done, total) =>
          onProgress('export', done, total),
        ),
      );
      // Prints within `interruptible`, so that a signal after COMMIT does not suppress the report.
      print(json === true ? JSON.stringify(report, null, 2) : deletionText(report, file));
    }),
  );
}

async function confirm(holdings: UserHoldings, signal: AbortSignal): Promise<void> {
  const question = `${holdingsText(holdings)}\nThis cannot be undone. Type the email address to delete all of it: `;
  const answer = await ask(question, signal);
  refuseInterrupted(signal);
  if (answer === undefined)
    throw new CommandRefusedError(
      `Nothing was deleted: there is no terminal to ask for confirmation. Give --yes to delete ${holdings.email} without it.`,
    );
  if (answer.trim().toLowerCase() !== holdings.email)
    throw new CommandRefusedError(`Nothing was deleted: that is not ${holdings.email}.`);
}

const consequences: Record<Consequence, string> = {
  deleted: 'deleted with the user',
  unlinked: 'kept, without the user',
  refused: 'prevent the deletion of the user',
  nothing: 'no foreign key: must be deleted before',
};

function holdingsText({ email, tables }: UserHoldings): string {
  const cells = tables.map((one) => [one.table, shown(one.rows), consequences[one.consequence]]);
  return `Rows of ${email}:\n${table(['table', '>rows', ''], cells)}`;
}

function deletionText({ email, tables, exported, left }: DeletionReport, file = ''): string {
  const before = new Map(tables.map((one) => [nameOf(one), one.rows]));
  const rows = left.map((one) => [
    one.table,
    one.column,
    one.table === 'users' ? '1' : shown(before.get(nameOf(one)) ?? null),
    one.rows === null && one.consequence !== 'nothing' ? 'none, by the foreign key' : shown(one.rows),
  ]);
  return [
    ...(exported === null ? [] : [exportText(file, exported)]),
    `Deleted ${email}. Rows found now in every table that can hold rows of a user:`,
    table(['table', 'by', '>rows before', '>rows left'], rows),
  ].join('\n');
}

function shown(rows: number | null): string {
  return rows === null ? 'not readable' : String(rows);
}

function nameOf({ table: name, column }: UserTable): string {
  return `${name}.${column}`;
}

/**
 * Asks a question at the terminal until the signal is aborted. Returns undefined without a
 * terminal, and empty text without an answer.
 */
async function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline turns Ctrl-C into an event of its own instead of the signal.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    // Ctrl-D closes the interface without an answer.
    const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    return await Promise.race([terminal.question(printable(question), { signal }), ended]);
  } catch (error) {
    if (signal.aborted) return '';
    throw error;
  } finally {
    terminal.close();
  }
}
