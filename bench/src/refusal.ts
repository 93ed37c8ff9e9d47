/**
 * Why a command does not go on; it is said in its words alone, without where in the code that was
 * found.
 */
export class Refusal extends Error {}
