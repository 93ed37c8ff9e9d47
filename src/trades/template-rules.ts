import {
  accountTransfer,
  anyCorrection,
  cashMovement,
  dividendPayment,
  anyPaymentInLieu,
  symbolCash,
  taxWithheld,
} from './cash.js';
import { aChange, aMerger, aSpinOff, aSplit, capital, optionAdjustment } from './corporate-actions.js';
import { assignment, delivery, lapse, settlement } from './option-ends.js';
import { positionTransfer, receivedShares } from './positions.js';
import { anyRoll } from './roll.js';
import { shareTrade } from './shares.js';
import { closing, opening, optionSale } from './option-trades.js';

/** The rules of the argument of each template, by its name. */
export const templateRules = {
  sellPut: optionSale,
  sellCoveredCall: optionSale,
  buyToClose: closing,
  buyToOpen: opening,
  sellToClose: closing,
  roll: anyRoll,
  optionAssigned: delivery,
  optionExercised: delivery,
  putAssigned: assignment,
  callAssigned: assignment,
  optionSettled: settlement,
  optionExpired: lapse,
  buyShares: shareTrade,
  sellShares: shareTrade,
  receiveShares: receivedShares,
  transferPosition: positionTransfer,
  split: aSplit,
  symbolChange: aChange,
  merger: aMerger,
  spinOff: aSpinOff,
  returnOfCapital: capital,
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
