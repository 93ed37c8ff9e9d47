import { describeHunts } from '../../support/leak-hunt/describe-hunts.js';

describeHunts(
  {
    'over one connection': { poolSize: 1 },
    'over ten connections': { poolSize: 10 },
    'over one connection, statements unnamed': { poolSize: 1, settings: { preparedStatements: false } },
    'over ten connections, the scope in the explicit form': {
      poolSize: 10,
      settings: { scopeForm: 'explicit' },
    },
    'over two connections, by the plain way to rows': { poolSize: 2, settings: { fastPath: false } },
  },
  180,
);
