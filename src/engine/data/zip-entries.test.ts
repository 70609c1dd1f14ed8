import { makeZip } from 'client-zip';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readZip } from './zip-entries.ts';

const text = 'a picture, or so it says. '.repeat(400);

function zip(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const bytes = Object.entries(files).map(([name, body]) => [name, strToU8(body)] as const);
  return new Uint8Array(zipSync(Object.fromEntries(bytes)));
}

/** Offsets of a four-byte signature. */
function find(bytes: Uint8Array, signature: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = Array.from({ length: bytes.length - 3 }, (_, at) => at);
  return places.filter((at) => view.getUint32(at, true) === signature);
}

/** The zip with the further end record of the zip64 form, which counts beyond two bytes. */
function counted(zip: Uint8Array, count: number): Blob {
  const end = zip.length - 22;
  const place = new DataView(zip.buffer, zip.byteOffset + end, 22);
  const record = new DataView(new ArrayBuffer(56 + 20));
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(4, 44n, true);
  record.setUint16(12, 45, true);
  record.setUint16(14, 45, true);
  record.setBigUint64(24, BigInt(count), true);
  record.setBigUint64(32, BigInt(count), true);
  record.setBigUint64(40, BigInt(place.getUint32(12, true)), true);
  record.setBigUint64(48, BigInt(place.getUint32(16, true)), true);
  record.setUint32(56, 0x07064b50, true);
  record.setBigUint64(64, BigInt(end), true);
  record.setUint32(72, 1, true);
  return new Blob([zip.slice(0, end), record, zip.slice(end)]);
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;

async function unpackAll(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const texts: string[] = [];
  for (const entry of await readZip(new Blob([bytes]))) {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    await entry.unpack((piece) => void pieces.push(piece.slice()), new AbortController().signal);
    texts.push(await new Blob(pieces).text());
  }
  return texts;
}

describe('readZip', () => {
  it('lists the files and unpacks them', async () => {
    const bytes = zip({ 'oak/1.txt': text, 'oak/': '', '../up.txt': 'b' });
    const entries = await readZip(new Blob([bytes]));
    expect(entries.map(({ path, size }) => [path, size])).toEqual([
      ['oak/1.txt', text.length],
      ['../up.txt', 1],
    ]);
    expect(await unpackAll(bytes)).toEqual([text, 'b']);
  });

  it('refuses what is no zip, cut off or empty of everything', async () => {
    const message = 'This zip is damaged or cut off: its table of contents cannot be read.';
    const bytes = zip({ 'oak/1.txt': text });
    for (const broken of [new Uint8Array(0), strToU8('not a zip'), bytes.slice(0, -40)]) {
      const blob = new Blob([new Uint8Array(broken)]);
      await expect(readZip(blob)).rejects.toMatchObject({ code: 'bad-file', message });
    }
  });

  it('refuses encrypted zips', async () => {
    const bytes = zip({ 'oak/1.txt': text });
    bytes[find(bytes, LOCAL)[0]! + 6]! |= 1;
    bytes[find(bytes, CENTRAL)[0]! + 8]! |= 1;
    const message = 'This zip is protected by a password; unpack it first.';
    await expect(readZip(new Blob([bytes]))).rejects.toMatchObject({ code: 'bad-file', message });
  });

  it('refuses zips that say they unpack to an unreasonable size', async () => {
    const bytes = zip({ 'oak/1.txt': text });
    new DataView(bytes.buffer).setUint32(find(bytes, CENTRAL)[0]! + 24, 0xf000_0000, true);
    const message =
      'A zip may unpack to 64 GB and 200 times its own size at most; this one says 3.8 GB.';
    await expect(readZip(new Blob([bytes]))).rejects.toMatchObject({ code: 'bad-file', message });
  });

  it('refuses a bomb for what it says it unpacks to', async () => {
    const zeros = new Uint8Array(101 * 2 ** 20);
    const bomb = new Uint8Array(zipSync({ 'oak/1.png': zeros }));
    expect(bomb.length).toBeLessThan(2 ** 20);
    await expect(readZip(new Blob([bomb]))).rejects.toThrow(/unpack to 64 GB and 200 times/);
  }, 60_000);

  it('refuses more files than a data set has, and a zip that does not count them', async () => {
    function* files(count: number) {
      for (let i = 0; i < count; i++) yield { name: `oak/${i}.png`, input: 'a' };
    }
    const bytes = await new Response(makeZip(files(100_001))).bytes();
    await expect(readZip(counted(bytes, 100_001))).rejects.toMatchObject({
      code: 'bad-file',
      message: 'A zip may hold 100000 files; this one holds more.',
    });
    // This writer states 65,535 for any number above.
    const uncounted = await new Response(makeZip(files(65_600))).blob();
    await expect(readZip(uncounted)).rejects.toThrow(/how many files it holds beyond 65535/);
  }, 120_000);

  it.each([-1, 1])('does not unpack past or short of what an entry says: %i', async (error) => {
    const bytes = zip({ 'oak/1.txt': text });
    const view = new DataView(bytes.buffer);
    for (const [signature, offset] of [
      [LOCAL, 22],
      [CENTRAL, 24],
    ] as const) {
      view.setUint32(find(bytes, signature)[0]! + offset, text.length + error, true);
    }
    await expect(unpackAll(bytes)).rejects.toThrow(/size|longer|crc/i);
  });

  it('notices a wrong checksum', async () => {
    const bytes = zip({ 'oak/1.txt': text });
    bytes[find(bytes, LOCAL)[0]! + 14]! ^= 1;
    bytes[find(bytes, CENTRAL)[0]! + 16]! ^= 1;
    await expect(unpackAll(bytes)).rejects.toThrow(/signature|crc/i);
  });
});
