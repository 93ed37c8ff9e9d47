/**
 * How many rounds of random work a test does: as many as given, or TEST_ROUNDS times as many. More
 * rounds find what fewer leave to chance.
 */
export function rounds(usual: number): number {
  const factor = Number(process.env['TEST_ROUNDS'] ?? 1);
  if (!(factor > 0)) throw new Error('TEST_ROUNDS must be a number above 0');
  return Math.ceil(usual * factor);
}
