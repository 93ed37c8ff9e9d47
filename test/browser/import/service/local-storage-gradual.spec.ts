// @slow: imports random journals
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StorageImports, corrected, midnight } from '../../../support/browser-storage.js';
import { BrowserJournal } from '../../../support/browser-journal.js';
import { ImportApplication } from '../../../support/import-application.js';
import { LegacyFolder } from '../../../support/legacy-journals.js';
import { rounds } from '../../../support/rounds.js';

const application = new ImportApplication();
const imports = new StorageImports(application, new LegacyFolder());

const steps = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      symbol: fc.constantFrom('AAPL', 'AAPL', 'F'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('edit' as const, 'delete' as const, 'restore' as const),
      choice: fc.nat(20),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ correctTo: fc.constantFrom('2025-12-15', '2025-12-19', '2025-12-26') }),
  },
  { weight: 2, arbitrary: fc.constant('import' as const) },
);

const start = Date.UTC(2025, 10, 20, 9);

/** The browser application with one put for each symbol, with equal strike and expiration. */
class Browser {
  readonly #journal = new BrowserJournal(start);
  #now = start;
  #overrides = {};

  wait(): void {
    this.#now += 90_000;
    this.#journal.wait(90_000);
  }

  act(step: Exclude<typeof steps extends fc.Arbitrary<infer T> ? T : never, 'import'>): void {
    if ('correctTo' in step) {
      this.#overrides = corrected(step.correctTo, new Date(this.#now).toISOString());
    } else {
      this.#journal.act(step.kind === 'append' ? { ...step, type: 'sell_to_open' } : step);
    }
  }

  import(email: string) {
    const contract = { qty: 1, strike: 150, expiration: midnight('2025-12-15') };
    const journal = this.#journal.rows.map((row) => ({ ...row, ...contract }));
    return imports.import(email, journal, { wheel_dte_overrides: this.#overrides });
  }
}

async function liveContent(email: string): Promise<unknown[]> {
  const entries = await imports.journalOf(email);
  return entries
    .map(({ symbol, amount, notes, expiration, ts }) => [Number(amount), symbol, notes, expiration, +ts])
    .sort(([one], [other]) => Number(one) - Number(other));
}

it('repeated imports of corrections between any changes in the browser end like one import at the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 15, maxLength: 30 }), async (program) => {
      const browser = new Browser();
      const [email, atOnce] = [application.newEmail(), application.newEmail()];
      await browser.import(email);
      for (const step of program) {
        browser.wait();
        if (step === 'import') await browser.import(email);
        else browser.act(step);
      }
      await browser.import(email);
      await browser.import(atOnce);
      expect(await liveContent(email)).toEqual(await liveContent(atOnce));

      const before = await application.rowsOf(email);
      const again = await browser.import(email);
      expect(again.localStorage?.expirations.flatMap(({ amended }) => amended)).toEqual([]);
      expect(await application.rowsOf(email)).toEqual(before);
    }),
    { numRuns: rounds(12) },
  );
});
