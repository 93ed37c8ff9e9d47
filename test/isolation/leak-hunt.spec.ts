// @slow 70 s: plays every operation of several users, in each way to connect
import { describeHunts } from '../support/leak-hunt/describe-hunts.js';
import { unusualSettings as ofLogin } from '../support/leak-hunt/hunted-journal.js';

describeHunts(
  {
    'over one connection, fast': { poolSize: 1 },
    'over ten connections, fast, with settings of the login': { poolSize: 10, ofLogin },
    'over one connection, fast, statements unnamed': { poolSize: 1, settings: { preparedStatements: false } },
    'over two connections, plain': { poolSize: 2, settings: { fastPath: false } },
  },
  50,
);
