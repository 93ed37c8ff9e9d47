import type { Operations } from '../trader.js';
import { accounts } from './accounts.js';
import { amending } from './amending.js';
import { appending } from './appending.js';
import { hostile } from './hostile.js';
import { imports } from './imports.js';
import { interruptions } from './interruptions.js';
import { marking } from './marking.js';
import { mistakes } from './mistakes.js';
import { strangers } from './strangers.js';
import { streams } from './streams.js';
import { timeOuts } from './time-outs.js';
import { units } from './units.js';

/** All operations of a hunt by name. Add every new API that reaches the database. */
export const operations: Operations = {
  ...appending,
  ...amending,
  ...marking,
  ...accounts,
  ...units,
  ...mistakes,
  ...timeOuts,
  ...interruptions,
  ...streams,
  ...imports,
  ...strangers,
  ...hostile,
};
