import { describe, expect, it } from 'vitest';
import { Pack } from './pack.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe('Pack, where there is no file system', () => {
  it('gives back each finished file and leaves out abandoned ones', async () => {
    const pack = await Pack.create(null);
    pack.append(bytes('one '));
    pack.append(bytes('piece'));
    pack.finishFile();
    pack.append(bytes('broken'));
    pack.abandonFile();
    pack.finishFile();
    pack.append(bytes('last'));
    pack.finishFile();
    expect(pack.bytes).toBe(19);
    const files = await pack.seal();
    const texts = await Promise.all(files.map(({ file }) => file.text()));
    expect(texts).toEqual(['one piece', '', 'last']);
  });
});
