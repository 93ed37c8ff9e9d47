import {
  accountTransferRules,
  correctionRules,
  cashMovementRules,
  dividendPaymentRules,
  paymentInLieuRules,
  symbolCashRules,
  taxWithheldRules,
} from './cash.js';
import {
  symbolChangeRules,
  mergerRules,
  spinOffRules,
  splitRules,
  returnOfCapitalRules,
  optionAdjustmentRules,
} from './corporate-actions.js';
import {
  optionAssignmentRules,
  optionDeliveryRules,
  optionExpirationRules,
  optionSettlementRules,
} from './option-ends.js';
import { positionTransferRules, receivedSharesRules } from './positions.js';
import { rollRules } from './roll.js';
import { shareTradeRules } from './shares.js';
import { closingTradeRules, openingTradeRules, optionSaleRules } from './option-trades.js';

/** The rules of the argument of each template, by its name. */
export const templateRules = {
  sellPut: optionSaleRules,
  sellCoveredCall: optionSaleRules,
  buyToClose: closingTradeRules,
  buyToOpen: openingTradeRules,
  sellToClose: closingTradeRules,
  roll: rollRules,
  optionAssigned: optionDeliveryRules,
  optionExercised: optionDeliveryRules,
  putAssigned: optionAssignmentRules,
  callAssigned: optionAssignmentRules,
  optionSettled: optionSettlementRules,
  optionExpired: optionExpirationRules,
  buyShares: shareTradeRules,
  sellShares: shareTradeRules,
  receiveShares: receivedSharesRules,
  transferPosition: positionTransferRules,
  split: splitRules,
  symbolChange: symbolChangeRules,
  merger: mergerRules,
  spinOff: spinOffRules,
  returnOfCapital: returnOfCapitalRules,
  adjustOption: optionAdjustmentRules,
  dividend: dividendPaymentRules,
  interest: correctionRules,
  paymentInLieu: paymentInLieuRules,
  securitiesLending: symbolCashRules,
  rebate: symbolCashRules,
  withheldTax: taxWithheldRules,
  fee: symbolCashRules,
  correction: correctionRules,
  deposit: cashMovementRules,
  withdrawal: cashMovementRules,
  transfer: accountTransferRules,
};
