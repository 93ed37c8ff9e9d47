/** `YYYYMMDDHHMMSS` in UTC: `now`, or one second after the newest migration if that is later. */
export function nextTimestamp(now: Date, newest: string | undefined): string {
  const wanted = digits(now);
  if (newest === undefined || wanted > newest) return wanted;
  const [date, time] = [newest.slice(0, 8), newest.slice(8)];
  const iso = date.replace(/(....)(..)(..)/, '$1-$2-$3') + time.replace(/(..)(..)(..)/, 'T$1:$2:$3Z');
  return digits(new Date(Date.parse(iso) + 1000));
}

function digits(date: Date): string {
  return date.toISOString().replace(/\D/g, '').slice(0, 14);
}
