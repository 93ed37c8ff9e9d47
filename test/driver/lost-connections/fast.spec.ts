// @slow 70 s: waits for time-outs, and starts an application for each test
import { describe } from '@jest/globals';
import { testLostConnections } from './lost-connections.js';

describe('With the fast transport', () => testLostConnections(true));
