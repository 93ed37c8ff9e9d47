import { z } from 'zod';

/** The fields that a client sends beside the file; in a form they are texts. */
export const importOptions = z.strictObject({
  /**
   * Where the journal was kept, such as `America/Denver`: in a browser
   * `Intl.DateTimeFormat().resolvedOptions().timeZone`.
   */
  timeZone: z.string().optional(),
  /** Only try it out. */
  dryRun: z.stringbool().optional(),
  /** Leave out the rows that cannot be imported. */
  skipInvalid: z.stringbool().optional(),
});
export type ImportOptions = z.output<typeof importOptions>;
