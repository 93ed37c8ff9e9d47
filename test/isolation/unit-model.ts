import { isReadBy } from './unit-interpreter.js';
import type { Run, StatementRecord, UnitRecord } from './unit-interpreter.js';
import { failures } from './unit-programs.js';
import type { Read, Statement, Step, Unit } from './unit-programs.js';

/**
 * The ids that a run must have stored: of each acknowledged write of which all units around it
 * resolved.
 */
export function expectedIds(run: Run): string[] {
  return run.statements
    .filter(
      ({ outcome, unit }) => isResolved(outcome) && chainOf(unit).every((one) => isResolved(one.outcome)),
    )
    .flatMap(({ step }) => run.idsOf(step))
    .sort();
}

/**
 * The rules that a run broke, one sentence each. The scheduler orders parallel steps, so the model
 * does not predict them: it demands a reason for each refusal, and a refusal for each reason. A
 * sequential program has exactly one right outcome, and the whole of it is compared.
 */
export function violations(run: Run): string[] {
  const found = [
    ...run.units.flatMap((unit) => wrongUnit(run, unit)),
    ...run.statements.flatMap((statement) => wrongStatement(run, statement)),
  ];
  return run.program.isSequential ? [...found, ...wrongSequence(run)] : found;
}

function wrongUnit(run: Run, record: UnitRecord): string[] {
  const { unit, parent, asked, calls, settled, outcome } = record;
  const name = `unit ${unit.n}`;
  if (outcome === undefined) return [`${name} has not settled`];
  const wrong: string[] = [];
  if (calls > 1) wrong.push(`${name} was begun ${calls} times`);
  const outer = parent ? chainOf(parent) : [];
  const refusedBy = parent ? refusalReasons(run, asked, parent) : [];
  if (calls > 0 && refusedBy.length > 0) wrong.push(`${name} was begun although ${refusedBy.join(', ')}`);

  const isOwnResult = settled !== undefined && !settled.rejection;
  if (!outcome.rejection) {
    if (!isOwnResult) wrong.push(`${name} resolved although its callback did not`);
    for (const { step } of serverFailures(run, record))
      wrong.push(`${name} resolved although its statement ${step.n} failed`);
    return wrong;
  }
  const text = run.describe(outcome);
  const isEnded = text === 'ended' && outer.some((one) => hasSettled(one, outcome.at));
  const isAborted = !settled?.rejection && chainOf(record).some((one) => abortedBy(run, one).includes(text));
  if (outcome.rejection.error !== settled?.rejection?.error && !isEnded && !isAborted)
    wrong.push(`${name} was rejected with "${text}" without a reason`);
  return wrong;
}

function wrongStatement(run: Run, record: StatementRecord): string[] {
  const { step, unit, sent, outcome } = record;
  const name = `${step.kind} ${step.n}`;
  if (outcome === undefined) return [`${name} has not settled`];
  const chain = chainOf(unit);
  const text = run.describe(outcome);
  if (text === ownResult(step)) {
    const ran = refusalReasons(run, sent, unit).map((reason) => `${name} was run although ${reason}`);
    return step.kind === 'read' ? [...ran, ...wrongRead(run, record, step)] : ran;
  }
  const isAborted = chain.some((one) => abortedBy(run, one).includes(text));
  const isEnded = text === 'ended' && chain.some((one) => hasSettled(one, outcome.at));
  return isAborted || isEnded ? [] : [`${name}: "${text}" has no reason`];
}

/**
 * A read returns the writes that were complete and not rolled back when the read was sent.
 */
function wrongRead(run: Run, { unit, sent, ids }: StatementRecord, step: Read): string[] {
  const around = chainOf(unit);
  return run.statements.flatMap((write) => {
    const between = chainOf(write.unit).filter((one) => !around.includes(one));
    const outcomes = [write, ...between].map(({ outcome }) => outcome);
    const before = outcomes.filter((outcome) => outcome !== undefined && outcome.at < sent);
    const isUndone = before.some((outcome) => !isResolved(outcome));
    const isDone = before.length === outcomes.length && !isUndone;
    return run
      .idsOf(write.step)
      .filter((id) => isReadBy(step, id))
      .filter((id) => (isUndone && ids?.includes(id)) || (isDone && !ids?.includes(id)))
      .map((id) => `read ${step.n} ${isDone ? 'did not see' : 'saw'} ${id}`);
  });
}

/**
 * Why the package must refuse a statement that was sent to `unit` at this moment, or a nested unit
 * that was asked for in it. A unit whose callback has resolved waits for its open nested units,
 * which go on.
 */
function refusalReasons(run: Run, sent: number, unit: UnitRecord): string[] {
  const chain = chainOf(unit);
  const ended = chain.filter(
    (one) => one.ended !== undefined && one.ended < sent && (one === unit || one.settled?.rejection),
  );
  const failed = chain.flatMap((one) => serverFailures(run, one));
  return [
    ...ended.map((one) => `the callback of unit ${one.unit.n} had settled`),
    ...failed
      .filter(({ outcome }) => outcome !== undefined && outcome.at < sent)
      .map((one) => `statement ${one.step.n} had failed in unit ${one.unit.unit.n}`),
  ];
}

/** The statements that failed on the server, without those of nested units. */
function serverFailures(run: Run, unit: UnitRecord): StatementRecord[] {
  return run.statements.filter(
    ({ step, unit: own, outcome }) =>
      own === unit &&
      step.kind === 'fail' &&
      outcome !== undefined &&
      run.describe(outcome) === ownResult(step),
  );
}

function abortedBy(run: Run, unit: UnitRecord): string[] {
  return serverFailures(run, unit).map(({ step }) => `aborted by ${ownResult(step)}`);
}

/** The result of a statement that the package runs. */
function ownResult(step: Statement): string {
  if (step.kind === 'fail') return `${failures[step.how]} of ${step.n}`;
  return step.kind === 'append' && step.account === 'acct-unknown' ? 'unknown account' : 'resolved';
}

function hasSettled({ settled }: UnitRecord, at: number): boolean {
  return settled !== undefined && settled.at < at;
}

function isResolved(outcome: UnitRecord['outcome']): boolean {
  return outcome !== undefined && outcome.rejection === undefined;
}

/** A unit and the units around it. */
function chainOf(unit: UnitRecord): UnitRecord[] {
  return unit.parent ? [unit, ...chainOf(unit.parent)] : [unit];
}

function wrongSequence(run: Run): string[] {
  const seen = new Map<string, string>();
  for (const { unit, outcome } of run.units) if (outcome) seen.set(`unit ${unit.n}`, run.describe(outcome));
  for (const { step, outcome, ids } of run.statements) {
    if (outcome === undefined) continue;
    const read = step.kind === 'read' && ids ? ` with ${ids.join(' ')}` : '';
    seen.set(`${step.kind} ${step.n}`, `${run.describe(outcome)}${read}`);
  }
  const right = predict(run);
  return [...new Set([...seen.keys(), ...right.keys()])]
    .filter((name) => seen.get(name) !== right.get(name))
    .map(
      (name) => `${name}: ${seen.get(name) ?? 'not reached'}, and not: ${right.get(name) ?? 'not reached'}`,
    );
}

/** The state of a unit in the model. */
interface OpenUnit {
  /** The result of the first statement that failed. */
  failure?: string;
  /** Written by this unit, and by the nested units that resolved. */
  ids: string[];
  outer: OpenUnit | undefined;
}

/**
 * The result of each unit and statement of a sequential program. A step that is not reached has
 * none.
 */
function predict(run: Run): Map<string, string> {
  const right = new Map<string, string>();

  /** @returns the error of the unit, in words */
  const unitOf = (unit: Unit, outer: OpenUnit | undefined): string | undefined => {
    const own: OpenUnit = { ids: [], outer };
    const error =
      outer?.failure === undefined
        ? (stepsOf(unit.steps, own) ?? (own.failure && `aborted by ${own.failure}`))
        : `aborted by ${outer.failure}`;
    if (error === undefined) outer?.ids.push(...own.ids);
    right.set(`unit ${unit.n}`, error ?? 'resolved');
    return error;
  };

  const stepsOf = (steps: Step[], own: OpenUnit): string | undefined => {
    for (const step of steps) {
      const error = stepOf(step, own);
      if (error !== undefined && !step.caught) return error;
    }
    return undefined;
  };

  const stepOf = (step: Step, own: OpenUnit): string | undefined => {
    switch (step.kind) {
      case 'throw':
        return `own error of ${step.n}`;
      case 'nested':
        return unitOf(step.unit, own);
      case 'append':
      case 'write':
      case 'fail':
      case 'read': {
        const result = own.failure === undefined ? ownResult(step) : `aborted by ${own.failure}`;
        right.set(`${step.kind} ${step.n}`, result);
        if (step.kind === 'fail') own.failure ??= result;
        if (result !== 'resolved') return result;
        own.ids.push(...run.idsOf(step));
        if (step.kind === 'read')
          right.set(`read ${step.n}`, `resolved with ${visible(step, own).join(' ')}`);
        return undefined;
      }
      default:
        return undefined;
    }
  };

  unitOf(run.program.root, undefined);
  return right;
}

/** The ids that a read in a unit returns. */
function visible(step: Read, { ids, outer }: OpenUnit): string[] {
  const own = ids.filter((id) => isReadBy(step, id));
  return [...own, ...(outer ? visible(step, outer) : [])].sort();
}
