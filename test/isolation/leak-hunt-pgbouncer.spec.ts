// @slow 80 s: plays every operation of several users, in each way to connect
import { describeHunts } from '../support/leak-hunt/describe-hunts.js';
import { unusualSettings as ofLogin } from '../support/leak-hunt/hunted-journal.js';
import { describeWithPgBouncer } from '../support/pgbouncer.js';

// PgBouncer 1.18 does not support prepared statements in transaction mode.
const fast = { preparedStatements: false };
const plain = { ...fast, fastPath: false };

describeWithPgBouncer('Through PgBouncer in transaction mode', () => {
  describeHunts(
    {
      'over one connection through PgBouncer, fast': { poolSize: 1, settings: fast, pgBouncer: {} },
      'over ten connections through PgBouncer, fast, with settings of the login': {
        poolSize: 10,
        settings: fast,
        pgBouncer: {},
        ofLogin,
      },
      'over ten connections through PgBouncer, plain': { poolSize: 10, settings: plain, pgBouncer: {} },
    },
    30,
  );
});
