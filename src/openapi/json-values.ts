import { z } from 'zod';

// Rules for JSON values.

export const decimalPattern = '^-?\\d{1,12}(\\.\\d{1,8})?$';
export const decimal = z.string().regex(new RegExp(decimalPattern));
/** A sum can have more digits than a column. */
export const sum = z.string().regex(/^-?\d+(\.\d+)?$/);
export const instant = z.iso.datetime();
export const day = z.iso.date();
export const uuid = z.guid();
export const count = z.int().min(0);
