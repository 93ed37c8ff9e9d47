import { AddCurrency20270111090000 } from './20270111090000_add_currency.js';
import { RequireCurrency20270208090000 } from './20270208090000_require_currency.js';
import { FillCurrency20270208090100 } from './20270208090100_fill_currency.js';
import { ValidateCurrency20270308090000 } from './20270308090000_validate_currency.js';
import { CurrencyNotNull20270308090100 } from './20270308090100_currency_not_null.js';

/** A column that every row must have, in three releases. */
export const migrations = [
  AddCurrency20270111090000,
  RequireCurrency20270208090000,
  FillCurrency20270208090100,
  ValidateCurrency20270308090000,
  CurrencyNotNull20270308090100,
];
