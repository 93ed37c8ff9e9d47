import { describeHunts } from '../../support/leak-hunt/describe-hunts.js';

describeHunts(
  {
    'over one connection': { poolSize: 1 },
    'over ten connections': { poolSize: 10 },
  },
  1300,
);
