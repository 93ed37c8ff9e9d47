import { noteScopePrepared, prepareScope } from './prepared-scope.js';
import type { DatabaseScope } from './scope-storage.js';
import type { Wire } from './wire.js';

/** How a statement is sent in its scope. */
export interface ScopeForm {
  /**
   * Sends the scope ahead of a statement, under the same Sync. `isWithin` tells whether a transaction is open already, and
   * `sharesPlan` whether the statement had better have one plan for all values.
   *
   * @returns how many commands it is
   */
  open(wire: Wire, scope: DatabaseScope, isWithin: boolean, sharesPlan: boolean): number;
  /** Sends what comes after the statement. */
  close(wire: Wire, isWithin: boolean): void;
  /** The scope's commands were done. */
  opened(wire: Wire): void;
  /** Whether a statement that fails leaves a transaction of its own open. */
  readonly hasOwnTransaction: boolean;
}

/**
 * The scope as one statement, which shares the implicit transaction of the Sync and is gone at its end: one round trip and
 * nothing to undo.
 */
export function singleForm(isPrepared: boolean): ScopeForm {
  return {
    hasOwnTransaction: false,
    open(wire, { role, userId }, isWithin, sharesPlan) {
      // Within a transaction it would stand for the statements that follow.
      const statement = sharesPlan && !isWithin ? 'journal_scope_shared_plan' : 'journal_scope';
      if (isPrepared) prepareScope(wire, statement, setScope[statement]);
      else wire.parse({ text: setScope.journal_scope });
      wire.bind({ statement: isPrepared ? statement : '', values: [role, userId] });
      wire.execute({});
      return 1;
    },
    opened: (wire) => {
      if (isPrepared) noteScopePrepared(wire);
    },
    close: () => undefined,
  };
}

const scope = `set_config('role', $1, true), set_config('app.user_id', $2, true)`;

/**
 * The plan is the same for a user with few entries and for one with many: parallel workers, which the average may seem to be worth,
 * take longer to start than most users' statements run.
 */
const sharedPlan = `set_config('plan_cache_mode', 'force_generic_plan', true), set_config('max_parallel_workers_per_gather', '0', true)`;

/** The statements of the scope, by the names under which they are prepared. */
const setScope = {
  journal_scope: `SELECT ${scope}`,
  journal_scope_shared_plan: `SELECT ${scope}, ${sharedPlan}`,
};

/**
 * A transaction of its own around each statement, with `SET LOCAL` as plain commands: what Citus hands on to its workers,
 * where `set_config` does not reach.
 */
export const explicitForm: ScopeForm = {
  hasOwnTransaction: true,
  open(wire, { role, userId }, isWithin) {
    // Role and user are no foreign text: one of two constants, and a checked UUID or nothing.
    const scope = [`SET LOCAL ROLE ${role}`, `SET LOCAL app.user_id = '${userId}'`];
    const commands = isWithin ? scope : ['BEGIN', ...scope];
    for (const text of commands) command(wire, text);
    return commands.length;
  },
  opened: () => undefined,
  close: (wire, isWithin) => {
    if (!isWithin) command(wire, 'COMMIT');
  },
};

function command(wire: Wire, text: string): void {
  wire.parse({ text });
  wire.bind({});
  wire.execute({});
}
