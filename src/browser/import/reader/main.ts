import { setFlagsFromString } from 'node:v8';
import type { Answer, Question } from './messages.js';
import { startWatchdog } from './watchdog.js';

/*
 * The program of the reader process. ReaderProcess forks it with the limit of its resident memory
 * in MiB as argument. It answers its parent's questions, and ends with its parent.
 */

// Collects garbage earlier: otherwise the heap grows to several times the size of the file.
setFlagsFromString('--heap-growing-percent=50');

process.on('disconnect', () => process.exit());

// Loads the libraries while the watchdog starts. Reads no file before the watchdog watches.
const [{ FileAnswers }, { sentError }] = await Promise.all([
  import('./answers.js'),
  import('./sent-error.js'),
  startWatchdog(Number(process.argv[2])),
]);

let file: InstanceType<typeof FileAnswers> | undefined;

process.on('message', (question: Question) => {
  answer(question).catch((error: unknown) => {
    send({ kind: 'failed', error: sentError(error) });
  });
});
send({ kind: 'ready' });

async function answer(question: Question): Promise<void> {
  switch (question.kind) {
    case 'check':
      file = new FileAnswers(question.file, (rows, total) => send({ kind: 'progress', rows, total }));
      return;
    case 'entries':
      file?.entries();
      return;
    case 'next':
      if (file !== undefined) send(await file.next());
  }
}

function send(message: Answer): void {
  process.send?.(JSON.stringify(message));
}
