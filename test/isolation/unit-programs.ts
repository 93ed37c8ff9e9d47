import fc from 'fast-check';

/**
 * The ways in which a program sends SQL text. `first manager` is the manager of the outermost unit.
 */
const textRoutes = ['dataSource.query', 'manager.query', 'first manager.query', 'queryRunner.query'] as const;
type TextRoute = (typeof textRoutes)[number];

/** The ways in which a program inserts an entity. */
const entityRoutes = [
  'repository.insert',
  'manager.insert',
  'queryRunner.manager.insert',
  'queryBuilder.insert',
  'repository.save',
] as const;
type EntityRoute = (typeof entityRoutes)[number];

/** The ways in which a program reads. */
const readRoutes = ['journal.page', 'journal.stream', 'accounts.list', 'dataSource.query'] as const;

const unitRoutes = ['scope.transaction', 'dataSource.transaction', 'manager.transaction'] as const;

/** The reasons for which statements fail, with their SQLSTATE. */
export const failures = {
  'unknown table': '42P01',
  'wrong parameter': '22P02',
  'division by zero': '22012',
  'duplicate key': '23505',
} as const;

const combinators = ['all', 'allSettled', 'race'] as const;

interface Numbered {
  /** Unique in the program. The ids of the rows contain it. */
  n: number;
  /** Whether the program catches the rejection of this step and goes on. */
  caught: boolean;
}

/** `JournalRepository.append` of one or two entries, to an account that exists or not. */
export interface Append extends Numbered {
  kind: 'append';
  entries: number;
  account: 'acct-1' | 'acct-unknown';
}

/** A plain INSERT of one account. */
export interface Write extends Numbered {
  kind: 'write';
  route: TextRoute | EntityRoute;
}

/** A statement that the server refuses. */
export interface Fail extends Numbered {
  kind: 'fail';
  how: keyof typeof failures;
  route: TextRoute;
}

export interface Read extends Numbered {
  kind: 'read';
  route: (typeof readRoutes)[number];
}

export type Statement = Append | Write | Fail | Read;

export type Step =
  | Statement
  /** The program throws an error of its own. */
  | (Numbered & { kind: 'throw' })
  /** A timer, or `setImmediate` where it is 0. */
  | (Numbered & { kind: 'pause'; milliseconds: number })
  | (Numbered & { kind: 'nested'; unit: Unit })
  | (Numbered & { kind: 'parallel'; combinator: (typeof combinators)[number]; branches: Step[][] })
  /** The program starts these steps and does not await them. */
  | (Numbered & { kind: 'abandoned'; steps: Step[] });

export interface Unit {
  n: number;
  route: (typeof unitRoutes)[number];
  steps: Step[];
}

/** The outermost unit of work with its steps. */
export class Program {
  readonly root: Unit;
  readonly statements: readonly Statement[];
  /** Whether the program awaits each step before it begins the next one. */
  readonly isSequential: boolean;

  constructor(root: Unit) {
    this.root = numbered(root);
    const steps = stepsOf(this.root);
    this.statements = steps.filter(isStatement);
    this.isSequential = steps.every(({ kind }) => kind !== 'parallel' && kind !== 'abandoned');
  }

  /** fast-check prints counterexamples with it. */
  toString(): string {
    return `\n${[`unit ${this.root.n} by ${this.root.route}`, ...textOf(this.root.steps, '  ')].join('\n')}\n`;
  }
}

export function isStatement(step: Step): step is Statement {
  return ['append', 'write', 'fail', 'read'].includes(step.kind);
}

interface Shape {
  /** How many steps a list has at most. */
  most: number;
  sequential: boolean;
}

const common = { n: fc.constant(0), caught: fc.boolean() };

const textRoute = fc.constantFrom(...textRoutes);

const statement: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('write' as const),
      route: fc.oneof(textRoute, fc.constantFrom(...entityRoutes)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('append' as const),
      entries: fc.constantFrom(1, 2),
      account: fc.oneof(
        { weight: 5, arbitrary: fc.constant('acct-1' as const) },
        { weight: 1, arbitrary: fc.constant('acct-unknown' as const) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('read' as const),
      route: fc.constantFrom(...readRoutes),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('fail' as const),
      how: fc.constantFrom(...(Object.keys(failures) as (keyof typeof failures)[])),
      route: textRoute,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ ...common, kind: fc.constant('throw' as const), caught: fc.constant(false) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('pause' as const),
      milliseconds: fc.constantFrom(0, 1, 3),
    }),
  },
);

function rootUnit({ most, sequential }: Shape): fc.Arbitrary<Unit> {
  const { step } = fc.letrec<{ unit: Unit; steps: Step[]; step: Step }>((tie) => ({
    unit: fc.record({
      n: fc.constant(0),
      route: fc.constantFrom(...unitRoutes),
      steps: tie('steps'),
    }),
    steps: fc.array(tie('step'), { maxLength: most, size: 'max' }),
    step: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 6, arbitrary: statement },
      {
        weight: 2,
        arbitrary: fc.record({ ...common, kind: fc.constant('nested' as const), unit: tie('unit') }),
      },
      ...(sequential
        ? []
        : [
            {
              weight: 3,
              arbitrary: fc.record({
                ...common,
                kind: fc.constant('parallel' as const),
                combinator: fc.constantFrom(...combinators),
                branches: fc.array(tie('steps'), { minLength: 2, maxLength: 3 }),
              }),
            },
            {
              weight: 2,
              arbitrary: fc.record({
                ...common,
                kind: fc.constant('abandoned' as const),
                steps: tie('steps'),
              }),
            },
          ]),
    ),
  }));
  const steps = fc.array(step, { minLength: 1, maxLength: most, size: 'max' });
  return fc.record({ n: fc.constant(0), route: fc.constantFrom(...unitRoutes), steps });
}

/** A read of a page returns 100 entries at most, and an append writes two. */
const maxStatements = 45;

/** A third of the programs is sequential. */
export const program: fc.Arbitrary<Program> = fc
  .oneof(
    { weight: 1, arbitrary: rootUnit({ most: 6, sequential: true }) },
    { weight: 2, arbitrary: rootUnit({ most: 4, sequential: false }) },
  )
  .map((root) => new Program(root))
  .filter(({ statements }) => statements.length <= maxStatements);

/** A copy in which all units and steps have numbers, in the order of the text. */
function numbered(root: Unit): Unit {
  let last = 0;
  const number = () => (last += 1);
  const unitOf = (unit: Unit): Unit => ({ ...unit, n: number(), steps: unit.steps.map(stepOf) });
  const stepOf = (given: Step): Step => {
    const own = { ...given, n: number() };
    switch (own.kind) {
      case 'nested':
        return { ...own, unit: unitOf(own.unit) };
      case 'parallel':
        return { ...own, branches: own.branches.map((steps) => steps.map(stepOf)) };
      case 'abandoned':
        return { ...own, steps: own.steps.map(stepOf) };
      default:
        return own;
    }
  };
  return unitOf(root);
}

/** All steps of a list, and the steps in them. */
function stepsOf({ steps }: { steps: Step[] }): Step[] {
  return steps.flatMap((own) => [own, ...partsOf(own).flatMap((part) => stepsOf({ steps: part }))]);
}

function partsOf(own: Step): Step[][] {
  if (own.kind === 'nested') return [own.unit.steps];
  if (own.kind === 'parallel') return own.branches;
  return own.kind === 'abandoned' ? [own.steps] : [];
}

function textOf(steps: Step[], indent: string): string[] {
  const parts = (own: Step) => {
    const name = own.kind === 'parallel' ? `${indent}  branch` : undefined;
    return partsOf(own).flatMap((part) =>
      name === undefined ? textOf(part, `${indent}  `) : [name, ...textOf(part, `${indent}    `)],
    );
  };
  return steps.flatMap((own) => [`${indent}${own.n} ${headOf(own)}`, ...parts(own)]);
}

function headOf(own: Step): string {
  const caught = own.caught ? ', caught' : '';
  switch (own.kind) {
    case 'append':
      return `append ${own.entries} to ${own.account}${caught}`;
    case 'write':
      return `insert by ${own.route}${caught}`;
    case 'fail':
      return `fail with ${own.how} by ${own.route}${caught}`;
    case 'read':
      return `read by ${own.route}${caught}`;
    case 'throw':
      return 'throw';
    case 'pause':
      return own.milliseconds === 0 ? 'setImmediate' : `pause ${own.milliseconds} ms`;
    case 'nested':
      return `nested unit ${own.unit.n} by ${own.unit.route}${caught}`;
    case 'parallel':
      return `Promise.${own.combinator}${caught}`;
    case 'abandoned':
      return 'abandoned';
  }
}
