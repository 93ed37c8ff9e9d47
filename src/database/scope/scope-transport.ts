import type { ScopeFormName } from '../../config/database.settings.js';

/** How statements and their scope travel. */
export interface ScopeTransport {
  readonly scopeForm: ScopeFormName;
  /** Whether statements may be prepared by name; some poolers cannot keep those. */
  readonly preparedStatements: boolean;
  /** Whether connections hand rows over as they come, and send messages together. */
  readonly fastPath: boolean;
}
