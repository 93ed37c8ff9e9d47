import { z } from 'zod';
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
  aChange,
  aMerger,
  aSpinOff,
  aSplit,
  anAdjusted,
  capital,
  optionAdjustment,
} from './corporate-actions.js';
import { assignment, delivery, lapse, settlement } from './option-ends.js';
import { positionTransfer, receivedShares, transferredOption } from './positions.js';
import { anyRoll, closingSide, openingSide } from './roll.js';
import { shareTrade } from './shares.js';
import { closing, opening, optionSale } from './option-trades.js';

/** A template checks nested options apart, to report their paths. */
const withOptions = { options: z.array(anAdjusted).optional() };

/** The rules of the argument of each template, by its name. */
export const templateRules = {
  sellPut: optionSale,
  sellCoveredCall: optionSale,
  buyToClose: closing,
  buyToOpen: opening,
  sellToClose: closing,
  roll: anyRoll.safeExtend({ close: closingSide, open: openingSide }),
  optionAssigned: delivery,
  optionExercised: delivery,
  putAssigned: assignment,
  callAssigned: assignment,
  optionSettled: settlement,
  optionExpired: lapse,
  buyShares: shareTrade,
  sellShares: shareTrade,
  receiveShares: receivedShares,
  transferPosition: positionTransfer.safeExtend({ option: transferredOption.optional() }),
  split: aSplit.safeExtend(withOptions),
  symbolChange: aChange.safeExtend(withOptions),
  merger: aMerger.safeExtend(withOptions),
  spinOff: aSpinOff.safeExtend(withOptions),
  returnOfCapital: capital.safeExtend(withOptions),
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
