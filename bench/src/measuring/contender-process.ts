// Child process of one contender: node contender-process.js NAME. Answers its parent's requests in
// sequence.
import { check } from '../check/check.js';
import type { Contender } from '../contenders/contender.js';
import { loadContender } from '../contenders/load-contender.js';
import type { ContenderName } from '../contenders/names.js';
import { asSuperuser } from '../database/superuser.js';
import type { Material } from '../database/material.js';
import type { Operation, Work } from '../works/work.js';
import { works } from '../works/works.js';
import type { WorkName } from '../works/works.js';
import { measure } from './measure.js';
import type { Answer, Answers, Request } from './messages.js';

let opened: { contender: Contender; material: Material } | undefined;
const operations = new Map<WorkName, Operation | undefined>();

async function answerTo(request: Request): Promise<Answers[keyof Answers]> {
  if (request.kind === 'open') return openContender(request);
  if (opened === undefined) throw new Error('nothing is open');
  const { contender, material } = opened;
  switch (request.kind) {
    case 'turn': {
      const { work, concurrency, limit } = request;
      if (!operations.has(work)) operations.set(work, await works[work].prepare(contender, material));
      const operation = operations.get(work);
      return operation && measure(operation, concurrency, limit);
    }
    case 'rest': {
      const { prepareRest }: Work = works[request.work];
      await (
        await prepareRest?.(contender, material)
      )?.();
      return undefined;
    }
    case 'check':
      return asSuperuser(request.superuserUrl, (superuser) => check(contender, material, superuser));
    case 'close':
      await contender.close();
      return undefined;
  }
}

async function openContender({
  url,
  poolSize,
  material,
}: Extract<Request, { kind: 'open' }>): Promise<Answers['open']> {
  const loaded = await loadContender(process.argv[2] as ContenderName);
  if ('absent' in loaded) return { absent: loaded.absent };
  opened = { contender: await loaded.open(url, { poolSize }), material };
  return { absent: undefined };
}

process.on('message', (request: Request) => {
  answerTo(request)
    .then((answer): Answer => ({ answer }))
    .catch((error: unknown): Answer => ({
      failed: error instanceof Error ? (error.stack ?? '') : String(error),
    }))
    .then((answer) => process.send?.(answer))
    .catch(() => process.exit(1));
});
// The parent may have been killed.
process.on('disconnect', () => process.exit());
// The terminal also signals the parent, which ends this process.
process.on('SIGINT', () => undefined);
