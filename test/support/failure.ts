/** The error of a rejected call; undefined if the call resolved. */
export function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/**
 * The error of this class that a call throws.
 *
 * @throws Error if it throws nothing, and any error of another class
 */
export function thrownBy<E extends Error>(errorClass: new (...args: never[]) => E, call: () => unknown): E {
  try {
    call();
  } catch (error) {
    if (error instanceof errorClass) return error;
    throw error;
  }
  throw new Error(`${errorClass.name} was expected`);
}
