/** Ends a command. Only the message is printed, without a stack trace. */
export class Refusal extends Error {}
