import { types } from 'node:util';

// Jest gives each test file globals of its own. An error that Node itself makes, of a socket for
// instance, is made of the Error of the process: it is an Error in the test file as well.
const isInstance = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  value(value) {
    return isInstance.call(this, value) || (this === Error && types.isNativeError(value));
  },
});
