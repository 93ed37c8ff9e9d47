/** The number of rounds of a randomized test: `usual`, multiplied by TEST_ROUNDS if it is set. */
export function rounds(usual: number): number {
  const factor = Number(process.env['TEST_ROUNDS'] ?? 1);
  if (!(factor > 0)) throw new Error('TEST_ROUNDS must be a number above 0');
  return Math.ceil(usual * factor);
}
