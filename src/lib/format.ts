/** "5.7 MB", decimal units as download pages use them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** "2.8 M" for parameters; whole numbers below ten thousand. */
export function formatCount(count: number): string {
  if (count < 10_000) return count.toLocaleString('en');
  if (count < 999_500) return `${Math.round(count / 1000)} k`;
  const millions = count / 1_000_000;
  return `${millions < 100 ? millions.toFixed(1) : Math.round(millions)} M`;
}

/** "1 h 5 min", "2 min 10 s", "8 s": the two largest units. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "0.58 %", "7.5 %", "100 %": a share in [0, 1] with two digits that say something. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent < 10 ? Number(percent.toPrecision(2)) : Math.round(percent)} %`;
}

/** "1 image", "12 images", "5,000 images". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
