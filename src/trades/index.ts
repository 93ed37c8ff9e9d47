export {
  correction,
  deposit,
  dividend,
  fee,
  interest,
  paymentInLieu,
  rebate,
  securitiesLending,
  transfer,
  withdrawal,
  withheldTax,
  type AccountTransfer,
  type CashMovement,
  type Correction,
  type DividendPayment,
  type PaymentInLieu,
  type SymbolCash,
  type TaxWithheld,
} from './cash.js';
export { adjustOption, merger, returnOfCapital, spinOff, split, symbolChange } from './corporate-actions.js';
export type {
  AdjustedOption,
  CashInLieu,
  CorporateAction,
  Merger,
  OptionAdjustment,
  Ratio,
  ReturnOfCapital,
  SpinOff,
  Split,
  SymbolChange,
} from './corporate-actions.js';
export {
  callAssigned,
  optionAssigned,
  optionExercised,
  optionExpired,
  optionSettled,
  putAssigned,
  type DeliveryPart,
  type OptionAssignment,
  type OptionDelivery,
  type OptionExpiration,
  type OptionSettlement,
  type PositionSide,
} from './option-ends.js';
export type { ContractTerms, Leg, LegTrade, OptionContracts, OptionTrade } from './options.js';
export { receiveShares, transferPosition } from './positions.js';
export type { PositionTransfer, ReceivedShares, TransferredOption } from './positions.js';
export { roll, type Roll, type RolledOption } from './roll.js';
export { buyShares, sellShares, type ShareTrade } from './shares.js';
export { buyToClose, buyToOpen, sellCoveredCall, sellPut, sellToClose } from './option-trades.js';
export type { OptionSale } from './option-trades.js';
export type { SymbolTrade, Trade } from './trade.js';
export type { TradeEntry } from './trade-entries.js';
