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
} from './cash.js';
export type {
  AccountTransfer,
  CashMovement,
  Correction,
  DividendPayment,
  PaymentInLieu,
  SymbolCash,
  TaxWithheld,
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
} from './option-ends.js';
export type {
  DeliveryPart,
  OptionAssignment,
  OptionDelivery,
  OptionExpiration,
  OptionSettlement,
  PositionSide,
} from './option-ends.js';
export type { ContractTerms, Leg, LegTrade, OptionContracts, OptionTrade } from './options.js';
export { receiveShares, transferPosition } from './positions.js';
export type { PositionTransfer, ReceivedShares, TransferredOption } from './positions.js';
export { roll } from './roll.js';
export type { Roll, RolledOption } from './roll.js';
export { buyShares, sellShares } from './shares.js';
export type { ShareTrade } from './shares.js';
export { buyToClose, buyToOpen, sellCoveredCall, sellPut, sellToClose } from './option-trades.js';
export type { OptionSale } from './option-trades.js';
export type { SymbolTrade, Trade } from './trade.js';
export type { TradeEntry } from './trade-entries.js';
