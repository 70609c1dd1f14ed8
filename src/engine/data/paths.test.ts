import { describe, expect, it } from 'vitest';
import { isHidden, isZipPath, parentFolder, pathSegments } from './paths.ts';

describe('paths', () => {
  it.each([
    ['leaves/oak/1.jpg', 'leaves/oak/1.jpg', 'oak'],
    ['train/oak/1.jpg', 'train/oak/1.jpg', 'oak'],
    ['/1.jpg', '1.jpg', null],
    ['1.jpg', '1.jpg', null],
    ['../../etc/1.jpg', 'etc/1.jpg', 'etc'],
    ['C:\\pictures\\oak\\1.jpg', 'pictures/oak/1.jpg', 'oak'],
    ['\\\\host\\share\\1.jpg', 'host/share/1.jpg', 'share'],
    ['oak/./../1.jpg', 'oak/1.jpg', 'oak'],
    ['Ahorn & Bergulme/ä b.jpg', 'Ahorn & Bergulme/ä b.jpg', 'Ahorn & Bergulme'],
  ])('%s', (path, clean, className) => {
    const segments = pathSegments(path);
    expect(segments.join('/')).toBe(clean);
    expect(parentFolder(segments)).toBe(className);
  });

  it('knows what an operating system leaves behind', () => {
    const hidden = ['.DS_Store', 'oak/.hidden.jpg', '.git/x.png', '__MACOSX/oak/._1.jpg'];
    const more = ['oak/Thumbs.db', 'oak/desktop.ini', 'oak/Icon\r'];
    for (const path of [...hidden, ...more]) expect(isHidden(pathSegments(path))).toBe(true);
    for (const path of ['oak/1.jpg', 'a.b/c.jpg']) expect(isHidden(pathSegments(path))).toBe(false);
  });

  it('knows zips by their name', () => {
    expect(isZipPath('a/Oak.ZIP')).toBe(true);
    expect(isZipPath('zip/1.jpg')).toBe(false);
  });
});
