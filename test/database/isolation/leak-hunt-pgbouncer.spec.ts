import { describeHunts } from '../../support/leak-hunt/describe-hunts.js';
import { describeWithPgBouncer } from '../../support/pgbouncer.js';

describeWithPgBouncer('Through PgBouncer in transaction mode', () => {
  describeHunts(
    {
      'over one connection through PgBouncer': { poolSize: 1, pgBouncer: {} },
      'over ten connections through PgBouncer': { poolSize: 10, pgBouncer: {} },
      'over ten connections through PgBouncer that resets its sessions': {
        poolSize: 10,
        pgBouncer: { server_reset_query_always: 1 },
      },
    },
    400,
  );
});
