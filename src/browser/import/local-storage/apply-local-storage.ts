import type { EntryChanges } from '../../../database/repositories/entry-edit.js';
import type { JournalRepository } from '../../../database/repositories/journal.repository.js';
import type { EntryRecord } from '../../../database/repositories/new-entry.js';
import { ImportBusyError } from '../import-errors.js';
import { contentColumns } from '../merge/compare-content.js';
import { StoredChain } from '../merge/stored-chain.js';
import type { StoredEntry } from '../merge/stored-chain.js';
import { amendmentId } from './amendment-id.js';
import type {
  CorrectedEntry,
  LocalStorageFindings,
  MatchedCorrection,
  MatchedPurchase,
} from './local-storage-matcher.js';
import type { LocalStorageReport, ExpirationOutcome, PurchaseOutcome } from './local-storage-report.js';

const correctionReason = 'Expiration corrected in the browser application';
const purchaseReason = 'Option bought, which the browser application stored as a fee';

/** The journal of the user in scope, and which ids the rows of the imported file have. */
interface Target {
  journal: JournalRepository;
  isRow: (id: string) => boolean;
}

/**
 * Amends stored entries by the corrected expirations and the purchases of a dump of localStorage. The edit reason of an amendment names
 * the item of the dump. An import that finds the reason in the history of an entry does not apply the item again.
 */
export async function applyLocalStorage(
  findings: LocalStorageFindings,
  target: Target,
): Promise<LocalStorageReport> {
  const corrections = findings.expirations.map((correction) => ({
    correction,
    outcome: outcomeOf(correction),
  }));
  for (const entry of findings.correctedEntries) {
    const { correction, outcome } = corrections[entry.correction] as (typeof corrections)[number];
    await correct(entry, correction, outcome, target);
  }
  const expirations = corrections.map(({ outcome }) => outcome);
  for (const { amended, unchanged, notApplied } of expirations) {
    if (amended.length + unchanged.length + notApplied.length === 0)
      notApplied.push({ id: null, reason: 'the journal has no live entry of the position' });
  }
  const purchases: PurchaseOutcome[] = [];
  for (const purchase of findings.purchases) purchases.push(await applyPurchase(purchase, target));
  const { notTaken, unreadable } = findings;
  return { expirations, purchases, notTaken, unreadable };
}

type Amendment = { changes: EntryChanges } | { unchanged: true } | { reason: string };

/** What became of a correction before any entry is amended. */
function outcomeOf({ symbol, strike, from, to, correctedAt, problem }: MatchedCorrection): ExpirationOutcome {
  const notApplied = problem === null ? [] : [{ id: null, reason: problem }];
  return { symbol, strike, from, to, correctedAt, amended: [], unchanged: [], notApplied };
}

async function correct(
  entry: CorrectedEntry,
  correction: MatchedCorrection,
  { amended, unchanged, notApplied }: ExpirationOutcome,
  target: Target,
): Promise<void> {
  const { id } = entry;
  const { from, to, correctedAt } = correction;
  const reason = `${correctionReason} (${correctedAt}, from ${from} to ${to})`;
  const amendment = await amend(target, { id, reason, at: correctedAt }, (live, entries) =>
    correctedExpiration(live, entries, entry, correction),
  );
  if ('changes' in amendment) amended.push(id);
  else if ('unchanged' in amendment) unchanged.push(id);
  else notApplied.push({ id, reason: amendment.reason });
}

function correctedExpiration(
  live: StoredEntry,
  entries: readonly StoredEntry[],
  { moved }: CorrectedEntry,
  { from, to }: MatchedCorrection,
): Amendment {
  if (live.expiration === to) return { unchanged: true };
  const isCorrected = entries.some(
    (one) => one.editReason?.startsWith(correctionReason) && live.id === amendmentId(one),
  );
  if (live.expiration !== from && !isCorrected)
    return { reason: `the server has ${live.expiration ?? 'no expiration'}` };
  return { changes: { expiration: to, ...(moved && { ts: new Date(moved.ts), day: moved.day }) } };
}

async function applyPurchase(
  { purchase, fee, problem }: MatchedPurchase,
  target: Target,
): Promise<PurchaseOutcome> {
  const { id, boughtAt, symbol, leg, contracts, strike, expiration, amount, premium, fees } = purchase;
  const about = { purchase: id, fee, boughtAt, symbol, leg, contracts, strike, expiration, amount };
  if (fee === null || problem !== null) return { ...about, outcome: 'notApplied', reason: problem };
  const edit = { id: fee, reason: `${purchaseReason} (journal.v1 ${id})`, at: boughtAt };
  const amendment = await amend(target, edit, (live) => {
    if (live.type !== 'fee' || live.amount !== amount) return { reason: 'the server has another entry' };
    const meta = { ...live.meta, leg, journalV1: { id, premium, fees } };
    return { changes: { type: 'buy_to_open', qty: contracts, strike, expiration, meta } };
  });
  if ('reason' in amendment) return { ...about, outcome: 'notApplied', reason: amendment.reason };
  return { ...about, outcome: 'changes' in amendment ? 'amended' : 'unchanged', reason: null };
}

/** An amendment of the entry that stands for a row of the file, as of an instant in ISO 8601. */
interface Edit {
  /** The id of the row. */
  id: string;
  reason: string;
  at: string;
}

/** Amends the live entry that stands for a row, unless it was amended for this reason before. */
async function amend(
  { journal, isRow }: Target,
  { id, reason, at }: Edit,
  decide: (live: StoredEntry, entries: readonly StoredEntry[]) => Amendment,
): Promise<Amendment> {
  const [stored = []] = await journal.chains([id]);
  const chain = new StoredChain(stored, isRow);
  const entries = chain.entriesOf(id);
  if (entries.length === 0) return { reason: 'the entry was not imported' };
  if (entries.some(({ editReason }) => editReason === reason)) return { unchanged: true };
  const live = entries.findLast(({ deletedAt }) => deletedAt === null);
  if (live === undefined) return { reason: 'the entry was removed on the server' };
  const amendment = decide(live, entries);
  if ('changes' in amendment) {
    const after = chain.last ?? live;
    await replace(journal, { live, after }, amendment.changes, { reason, at });
  }
  return amendment;
}

/**
 * Marks an entry as deleted at the instant of the edit in the browser, and appends the successor. The successor keeps the place in the
 * recording order, because the browser application made no new row.
 *
 * @param place `live`: the entry; `after`: the last entry of its chain
 */
async function replace(
  journal: JournalRepository,
  { live, after }: { live: StoredEntry; after: StoredEntry },
  changes: EntryChanges,
  { reason, at }: Omit<Edit, 'id'>,
): Promise<void> {
  const edited = Math.min(Date.parse(at), Date.now());
  const deletedAt = new Date(Math.max(edited, live.createdAt.getTime()));
  const marked = await journal.removeInPast([{ id: live.id, deletedAt, editReason: reason, editedBy: null }]);
  if (marked.length === 0) throw new ImportBusyError();
  const content = contentColumns.map(({ property }) => [property, live[property as keyof StoredEntry]]);
  const successor = {
    ...(Object.fromEntries(content) as EntryRecord),
    ...changes,
    id: amendmentId({ id: live.id, editReason: reason }),
    originalEntryId: after.id,
    recorded: live.recorded,
    createdAt: deletedAt,
  };
  await journal.appendMissing([successor]);
}
