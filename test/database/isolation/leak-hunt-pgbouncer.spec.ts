import { describeHunts } from '../../support/leak-hunt/describe-hunts.js';
import { describeWithPgBouncer } from '../../support/pgbouncer.js';

// PgBouncer 1.18 keeps no prepared statements.
const settings = { preparedStatements: false };

describeWithPgBouncer('Through PgBouncer in transaction mode', () => {
  describeHunts(
    {
      'over one connection through PgBouncer': { poolSize: 1, settings, pgBouncer: {} },
      'over ten connections through PgBouncer': { poolSize: 10, settings, pgBouncer: {} },
      'over ten connections through PgBouncer, the scope in the explicit form': {
        poolSize: 10,
        settings: { ...settings, scopeForm: 'explicit' },
        pgBouncer: {},
      },
      'over ten connections through PgBouncer that resets its sessions': {
        poolSize: 10,
        settings,
        pgBouncer: { server_reset_query_always: 1 },
      },
    },
    100,
  );
});
