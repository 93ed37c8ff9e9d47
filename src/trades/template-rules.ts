import {
  accountTransfer,
  anyCorrection,
  cashMovement,
  dividendPayment,
  anyPaymentInLieu,
  symbolCash,
  taxWithheld,
} from './cash.js';
import {
  symbolChangeRules,
  mergerRules,
  spinOffRules,
  splitRules,
  returnOfCapitalRules,
  optionAdjustment,
} from './corporate-actions.js';
import { assignment, delivery, optionExpirationRules, settlement } from './option-ends.js';
import { positionTransfer, receivedShares } from './positions.js';
import { anyRoll } from './roll.js';
import { shareTrade } from './shares.js';
import { closingTradeRules, openingTradeRules, optionSale } from './option-trades.js';

/** The rules of the argument of each template, by its name. */
export const templateRules = {
  sellPut: optionSale,
  sellCoveredCall: optionSale,
  buyToClose: closingTradeRules,
  buyToOpen: openingTradeRules,
  sellToClose: closingTradeRules,
  roll: anyRoll,
  optionAssigned: delivery,
  optionExercised: delivery,
  putAssigned: assignment,
  callAssigned: assignment,
  optionSettled: settlement,
  optionExpired: optionExpirationRules,
  buyShares: shareTrade,
  sellShares: shareTrade,
  receiveShares: receivedShares,
  transferPosition: positionTransfer,
  split: splitRules,
  symbolChange: symbolChangeRules,
  merger: mergerRules,
  spinOff: spinOffRules,
  returnOfCapital: returnOfCapitalRules,
  adjustOption: optionAdjustment,
  dividend: dividendPayment,
  interest: anyCorrection,
  paymentInLieu: anyPaymentInLieu,
  securitiesLending: symbolCash,
  rebate: symbolCash,
  withheldTax: taxWithheld,
  fee: symbolCash,
  correction: anyCorrection,
  deposit: cashMovement,
  withdrawal: cashMovement,
  transfer: accountTransfer,
};
