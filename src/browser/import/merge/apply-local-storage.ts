import { amendmentId, StoredChain, toStoredEntry, type StoredEntry } from './stored-chain.js';
import type {
  CorrectedEntry,
  LocalStorageFindings,
  MatchedPurchase,
} from '../local-storage/local-storage-matcher.js';
import type { ExpirationOutcome, LocalStorageReport, PurchaseOutcome } from '../report/import-report.js';
import type { EntryChanges } from '../../../journal/entry-edit.js';
import type { ImportedJournal } from '../../../journal/imported-journal.js';
import { contentColumns } from '../../../journal/entry-columns.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import { ImportBusyError } from './import-busy.error.js';
import { storeChanges, type EntryWrites } from './store-changes.js';

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
  // A copy, because the unit of work may run again.
  const outcomes = structuredClone([...expirations]);
  const edits = correctedEntries.map((entry) =>
    correctionOf(entry, outcomes[entry.correction] as ExpirationOutcome),
  );
  const amendments = await amendEntries(edits, target);
  for (const { id, correction } of correctedEntries) {
    const { amended, unchanged, notApplied } = outcomes[correction] as ExpirationOutcome;
    const amendment = amendments.get(id) ?? notImported;
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

function correctionOf({ id, moved }: CorrectedEntry, { from, to, correctedAt }: ExpirationOutcome): Edit {
  const reason = `${correctionReason} (${correctedAt}, from ${from} to ${to})`;
  const decide = (live: StoredEntry, entries: readonly StoredEntry[]): Amendment => {
    if (live.expiration === to) return { unchanged: true };
    const applied = entries.find(
      (one) => one.editReason?.startsWith(correctionReason) && live.id === amendmentId(one),
    )?.editReason;
    // The reasons begin with the instants of the corrections: an older dump has an earlier one.
    if (applied && reason < applied) return { reason: `a later correction to ${live.expiration} is stored` };
    if (isIn(entries, reason) || (live.expiration !== from && !applied))
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
  return purchases.map(({ purchase, fee, problem }) => {
    const { id, boughtAt, symbol, leg, contracts, strike, expiration, amount } = purchase;
    const about = { purchase: id, fee, boughtAt, symbol, leg, contracts, strike, expiration, amount };
    const amendment = problem === null ? (amendments.get(fee ?? '') ?? notImported) : { reason: problem };
    if ('reason' in amendment) return { ...about, outcome: 'notApplied', reason: amendment.reason };
    return { ...about, outcome: 'changes' in amendment ? 'amended' : 'unchanged', reason: null };
  });
}

/** Undefined if the match is not certain. */
function editOf({ purchase, fee, problem }: MatchedPurchase): Edit | undefined {
  if (fee === null || problem !== null) return undefined;
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

/** Number of entries that one statement loads, marks or appends. */
const batchSize = 250;

/** The journal of the user in scope, and the rows of the imported file. */
interface Target {
  journal: ImportedJournal;
  /** The ids of the valid rows. */
  rows: Pick<ReadonlySet<string>, 'has'>;
  /** The ids of the rows that conflict with stored entries, and were left out. */
  leftOut: ReadonlySet<string>;
}

/** An amendment of the entry that is stored for a row of the file. A row has at most one. */
export interface Edit {
  /** The id of the row. */
  id: string;
  /** The edit reason of the amendment. */
  reason: string;
  /** When the edit was made in the browser, in ISO 8601. */
  at: string;
  /**
   * Decides how the live entry changes.
   *
   * @param entries the entry in which the row was last stored or restored, and its successors
   */
  decide: (live: StoredEntry, entries: readonly StoredEntry[]) => Amendment;
}

/** The decision on an entry. `reason`: why it is not amended. */
type Amendment = { changes: EntryChanges } | { unchanged: true } | { reason: string };

const notImported: Amendment = { reason: 'the entry was not imported' };

/**
 * Amends the live entries that are stored for rows of the file. Loads each chain once, because a
 * file can put all its rows into one chain.
 *
 * @returns the amendments by row id; none for a row without a stored entry
 * @throws ImportBusyError if another session changed an entry concurrently
 */
export async function amendEntries(edits: readonly Edit[], target: Target): Promise<Map<string, Amendment>> {
  const amendments = new Map<string, Amendment>();
  /** Edits whose chains are not loaded yet, by row id. */
  const waiting = new Map<string, Edit>();
  for (const edit of edits) {
    if (target.leftOut.has(edit.id)) amendments.set(edit.id, { reason: 'the row was left out' });
    else waiting.set(edit.id, edit);
  }
  while (waiting.size > 0) {
    const loaded = await loadChains(waiting, target);
    for (let first = 0; first < loaded.length; first += batchSize) {
      const batch = loaded.slice(first, first + batchSize);
      const taken = await takenIds(batch, target.journal);
      const writes: EntryWrites = { removals: [], appended: [] };
      for (const { edit, chain } of batch) amendments.set(edit.id, amend(edit, chain, taken, writes));
      const appended = await storeChanges(target.journal, writes);
      // Never leaves a marked entry without its successor.
      if (appended.length < writes.appended.length) throw new ImportBusyError();
    }
  }
  return amendments;
}

/** An edit, and the chain of its row. */
interface LoadedEdit {
  edit: Edit;
  chain: StoredChain;
}

/** Loads the chains of some rows. Removes all edits of these chains from `waiting`. */
async function loadChains(waiting: Map<string, Edit>, { journal, rows }: Target): Promise<LoadedEdit[]> {
  const ids = [...waiting.keys()].slice(0, batchSize);
  const loaded: LoadedEdit[] = [];
  for (const entries of await journal.chains(ids)) {
    const chain = new StoredChain(entries, (id) => rows.has(id));
    for (const { id } of entries) {
      const edit = waiting.get(id);
      if (edit !== undefined) loaded.push({ edit, chain });
      waiting.delete(id);
    }
  }
  for (const id of ids) waiting.delete(id);
  return loaded;
}

/** The ids of amendments that are already in use: a malicious file can contain rows with them. */
async function takenIds(
  batch: readonly LoadedEdit[],
  journal: ImportedJournal,
): Promise<ReadonlySet<string>> {
  const ids = batch.flatMap(({ edit: { id, reason }, chain }) => {
    const live = liveOf(chain.entriesOf(id));
    return live === undefined ? [] : [amendmentId({ id: live.id, editReason: reason })];
  });
  return journal.storedIds(ids);
}

/**
 * Decides the amendment of a row. Adds to the writes the deletion of its live entry, at the instant
 * of the edit, and the successor.
 */
function amend(
  { id, reason, at, decide }: Edit,
  chain: StoredChain,
  taken: ReadonlySet<string>,
  writes: EntryWrites,
): Amendment {
  const entries = chain.entriesOf(id);
  const live = liveOf(entries);
  if (live === undefined) return { reason: 'the entry was removed on the server' };
  const amendment = decide(live, entries);
  if (!('changes' in amendment)) return amendment;
  const successorId = amendmentId({ id: live.id, editReason: reason });
  if (taken.has(successorId)) return { reason: `another entry is stored under the id ${successorId}` };
  const edited = Math.min(Date.parse(at), Date.now());
  const deletedAt = new Date(Math.max(edited, live.createdAt.getTime()));
  const successor = {
    ...contentOf(live),
    ...amendment.changes,
    id: successorId,
    originalEntryId: chain.last.id,
    // Keeps the recording order, because the browser application made no new row.
    recorded: live.recorded,
    createdAt: deletedAt,
  };
  writes.removals.push({ id: live.id, deletedAt, editReason: reason, editedBy: null });
  writes.appended.push(successor);
  chain.amend(live, { deletedAt, editReason: reason }, toStoredEntry(successor));
  return amendment;
}

function liveOf(entries: readonly StoredEntry[]): StoredEntry | undefined {
  return entries.findLast(({ deletedAt }) => deletedAt === null);
}

function contentOf(entry: StoredEntry): EntryRecord {
  const content = contentColumns.map(({ property }) => [property, entry[property]]);
  return Object.fromEntries(content) as EntryRecord;
}
