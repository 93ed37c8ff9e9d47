// @slow: hundreds of tests, each of which leaves something behind in a session
import { describe } from '@jest/globals';
import { startTwoUsers } from '../support/isolation.js';
import { itLeavesNothingBehind } from '../support/left-behind.js';

describe.each([
  ['fast', true],
  ['plain', false],
])(
  'The next user of a connection gets no state from statements of the previous user, on the %s transport:',
  (_name, fastPath) => {
    itLeavesNothingBehind(() => startTwoUsers(1, { fastPath }));
  },
);
