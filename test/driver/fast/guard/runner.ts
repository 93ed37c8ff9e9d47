import { pathToFileURL } from 'node:url';
import type { run } from './program.js';
import type { GuardReport, GuardWork } from './guard-run.js';

// Child process that runs programs sequentially, on request of its parent. Each program has its own
// copy of the package and of pg.

for (const event of ['uncaughtException', 'unhandledRejection'])
  process.once(event, (error: Error) => end(`${event}: ${error.stack}`));
process.on('disconnect', () => process.exit());

process.on('message', ({ program, run: guarded }: GuardWork) => {
  answerOf(program, guarded).then(
    (report) => process.send?.(report),
    (error: Error) => end(String(error.stack)),
  );
});

async function answerOf(program: string, guarded: GuardWork['run']): Promise<GuardReport> {
  const loaded = (await import(pathToFileURL(program).href)) as { run: typeof run };
  return loaded.run(guarded);
}

/** Ends the process, because remains of a failed program would disturb the next one. */
function end(died: string): void {
  process.send?.({ died } satisfies GuardReport, () => process.exit(1));
}
