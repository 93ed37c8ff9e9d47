import { amendmentId } from './stored-chain.js';
import type { StoredEntry } from './stored-chain.js';
import { amendEntries } from './amend-entries.js';
import type { Amendment, Edit, Target } from './amend-entries.js';
import type {
  CorrectedEntry,
  LocalStorageFindings,
  MatchedCorrection,
  MatchedPurchase,
} from '../local-storage/local-storage-matcher.js';
import type {
  ExpirationOutcome,
  LocalStorageReport,
  PurchaseOutcome,
} from '../report/local-storage-report.js';

const correctionReason = 'Expiration corrected in the browser application';
const purchaseReason = 'Option bought, which the browser application stored as a fee';

/**
 * Amends stored entries with the corrected expirations and purchases of a dump of localStorage. The
 * edit reason of an amendment names the item. An item whose reason is in the history since the row
 * was last stored or restored is not applied again.
 *
 * @throws ImportBusyError if another session changed an entry concurrently
 */
export async function applyLocalStorage(
  findings: LocalStorageFindings,
  target: Target,
): Promise<LocalStorageReport> {
  const expirations = await applyCorrections(findings, target);
  const purchases = await applyPurchases(findings.purchases, target);
  const { notTaken, unreadable } = findings;
  return { expirations, purchases, notTaken, unreadable };
}

async function applyCorrections(
  { expirations, correctedEntries }: LocalStorageFindings,
  target: Target,
): Promise<ExpirationOutcome[]> {
  const outcomes = expirations.map(outcomeOf);
  const edits = correctedEntries.map((entry) =>
    correctionOf(entry, expirations[entry.correction] as MatchedCorrection),
  );
  const amendments = await amendEntries(edits, target);
  for (const [place, { id, correction }] of correctedEntries.entries()) {
    const { amended, unchanged, notApplied } = outcomes[correction] as ExpirationOutcome;
    const amendment = amendments[place] as Amendment;
    if ('changes' in amendment) amended.push(id);
    else if ('unchanged' in amendment) unchanged.push(id);
    else notApplied.push({ id, reason: amendment.reason });
  }
  for (const { amended, unchanged, notApplied } of outcomes) {
    if (amended.length + unchanged.length + notApplied.length === 0)
      notApplied.push({ id: null, reason: 'the journal has no live entry of the position' });
  }
  return outcomes;
}

/** The outcome of a correction before any entry is amended. */
function outcomeOf({ symbol, strike, from, to, correctedAt, problem }: MatchedCorrection): ExpirationOutcome {
  const notApplied = problem === null ? [] : [{ id: null, reason: problem }];
  return { symbol, strike, from, to, correctedAt, amended: [], unchanged: [], notApplied };
}

function correctionOf({ id, moved }: CorrectedEntry, correction: MatchedCorrection): Edit {
  const { from, to, correctedAt } = correction;
  const reason = `${correctionReason} (${correctedAt}, from ${from} to ${to})`;
  const decide = (live: StoredEntry, entries: readonly StoredEntry[]): Amendment => {
    if (live.expiration === to) return { unchanged: true };
    const isCorrected = entries.some(
      (one) => one.editReason?.startsWith(correctionReason) && live.id === amendmentId(one),
    );
    if (isIn(entries, reason) || (live.expiration !== from && !isCorrected))
      return { reason: `the server has ${live.expiration ?? 'no expiration'}` };
    const isMoved = moved !== null && isOfUncorrectedDay(live, moved);
    return { changes: { expiration: to, ...(isMoved && { ts: new Date(moved.ts), day: moved.day }) } };
  };
  return { id, reason, at: correctedAt, decide };
}

/**
 * Whether the file or an earlier correction dated an `expiration` entry on its expiration day. If
 * not, the server has amended the date, and it must not move.
 */
function isOfUncorrectedDay(
  { day, ts, expiration }: StoredEntry,
  { from }: NonNullable<CorrectedEntry['moved']>,
): boolean {
  // An entry that was imported without a time zone has no day, but the instant of the row.
  return day === null ? ts.toISOString() === from : day === expiration;
}

async function applyPurchases(
  purchases: readonly MatchedPurchase[],
  target: Target,
): Promise<PurchaseOutcome[]> {
  const edits = purchases.flatMap((matched) => editOf(matched) ?? []);
  const amendments = await amendEntries(edits, target);
  let applied = 0;
  return purchases.map((matched) => {
    const { purchase, fee, problem } = matched;
    const { id, boughtAt, symbol, leg, contracts, strike, expiration, amount } = purchase;
    const about = { purchase: id, fee, boughtAt, symbol, leg, contracts, strike, expiration, amount };
    if (!isCertain(matched)) return { ...about, outcome: 'notApplied', reason: problem };
    const amendment = amendments[applied] as Amendment;
    applied += 1;
    if ('reason' in amendment) return { ...about, outcome: 'notApplied', reason: amendment.reason };
    return { ...about, outcome: 'changes' in amendment ? 'amended' : 'unchanged', reason: null };
  });
}

function isCertain(matched: MatchedPurchase): matched is MatchedPurchase & { fee: string } {
  return matched.fee !== null && matched.problem === null;
}

function editOf(matched: MatchedPurchase): Edit | undefined {
  if (!isCertain(matched)) return undefined;
  const { purchase, fee } = matched;
  const { id, boughtAt, symbol, leg, contracts, strike, expiration, amount, premium, fees } = purchase;
  const reason = `${purchaseReason} (journal.v1 ${id})`;
  const decide = (live: StoredEntry, entries: readonly StoredEntry[]): Amendment => {
    const cash = { symbol, amount };
    const contract = {
      ...{ type: 'buy_to_open', qty: contracts, strike },
      // If the browser does not know the expiration, the trader may have added it on the server.
      ...(expiration !== null && { expiration }),
    };
    const asBought = differences(live, { ...contract, ...cash });
    if (live.meta['leg'] !== leg) asBought.push(`the leg ${textOf(live.meta['leg'])}`);
    if (asBought.length === 0) return { unchanged: true };
    if (isIn(entries, reason)) return { reason: `the server has ${asBought.join(', ')}` };
    const asFee = differences(live, { type: 'fee', ...cash });
    if (asFee.length > 0) return { reason: `the server has ${asFee.join(', ')}` };
    const meta = { ...live.meta, leg, journalV1: { id, premium, fees } };
    return { changes: { type: 'buy_to_open', qty: contracts, strike, expiration, meta } };
  };
  return { id: fee, reason, at: boughtAt, decide };
}

/** Describes the values of a stored entry that differ from `values`. */
function differences(live: StoredEntry, values: Partial<Record<keyof StoredEntry, string>>): string[] {
  return Object.entries(values).flatMap(([property, value]) => {
    const stored = live[property as keyof StoredEntry];
    return stored === value ? [] : [`the ${property} ${textOf(stored)}`];
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'nothing';
}

function isIn(entries: readonly StoredEntry[], reason: string): boolean {
  return entries.some(({ editReason }) => editReason === reason);
}
