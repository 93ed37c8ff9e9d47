const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID, of whichever version: what the column `users.id` takes. */
export function isUserId(text: unknown): text is string {
  return typeof text === 'string' && uuid.test(text);
}
