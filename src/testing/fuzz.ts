/** What the fuzz tests share: how often and how long they try, and how they damage a file. */
import fc from 'fast-check';

/** A few seconds' worth, and as many as asked for under `npm run fuzz`. */
const numRuns = Number(import.meta.env['VITE_FUZZ_RUNS'] ?? 300);

/** Tests that make hundreds of thousands of tries take longer than any other. */
export const FUZZ_TIMEOUT = Math.max(60_000, 60 * numRuns);

/** How a property is tried. One try that waits for good is a failure, told before the test's time is up. */
export const FUZZ = {
  numRuns,
  plugins: [
    fc.timeout(10_000),
    fc.interruptAfterTimeLimit(FUZZ_TIMEOUT - 10_000, { failOnInterrupt: true }),
  ],
};

type Bytes = Uint8Array<ArrayBuffer>;

/** The file with bytes changed, a stretch of it repeated or taken out, its end cut off, or more behind it. */
export function damaged(file: Uint8Array): fc.Arbitrary<Bytes> {
  const place = fc.nat(Math.max(0, file.length - 1));
  const change = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), at: place, byte: fc.nat(255) }),
    fc.record({
      kind: fc.constant('repeat' as const),
      at: place,
      length: fc.integer({ min: 1, max: 64 }),
    }),
    fc.record({
      kind: fc.constant('remove' as const),
      at: place,
      length: fc.integer({ min: 1, max: 64 }),
    }),
    fc.record({ kind: fc.constant('cut' as const), at: place }),
    fc.record({ kind: fc.constant('append' as const), bytes: fc.uint8Array({ maxLength: 64 }) }),
  );
  return fc
    .array(change, { maxLength: 4 })
    .map((changes) => changes.reduce<Bytes>(changed, new Uint8Array(file)));
}

type Change =
  | { kind: 'set'; at: number; byte: number }
  | { kind: 'repeat' | 'remove'; at: number; length: number }
  | { kind: 'cut'; at: number }
  | { kind: 'append'; bytes: Uint8Array };

function changed(bytes: Bytes, change: Change): Bytes {
  switch (change.kind) {
    case 'set':
      if (change.at < bytes.length) bytes[change.at] = change.byte;
      return bytes;
    case 'repeat':
      return joined(bytes.subarray(0, change.at + change.length), bytes.subarray(change.at));
    case 'remove':
      return joined(bytes.subarray(0, change.at), bytes.subarray(change.at + change.length));
    case 'cut':
      return bytes.slice(0, change.at);
    case 'append':
      return joined(bytes, change.bytes);
    default:
      return change satisfies never;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Bytes {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}
