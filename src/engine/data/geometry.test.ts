import { describe, expect, it } from 'vitest';
import { evaluationGeometry } from './geometry.ts';

const center = { size: 224, cropShare: 0.9, cropMode: 'center' } as const;

describe('evaluationGeometry', () => {
  it('resizes the short side to ⌊size / share⌋ and crops the centre', () => {
    expect(evaluationGeometry(640, 480, center)).toEqual({
      width: 330,
      height: 248,
      crop: { left: 53, top: 12, width: 224, height: 224 },
    });
    expect(evaluationGeometry(480, 640, center)).toEqual({
      width: 248,
      height: 330,
      crop: { left: 12, top: 53, width: 224, height: 224 },
    });
  });

  it('rounds half a pixel of margin to the even side, as Python does', () => {
    const whole = { size: 224, cropShare: 1, cropMode: 'center' } as const;
    expect(evaluationGeometry(225, 224, whole).crop.left).toBe(0);
    expect(evaluationGeometry(227, 224, whole).crop.left).toBe(2);
    expect(evaluationGeometry(229, 224, whole).crop.left).toBe(2);
  });

  it('truncates the long side', () => {
    expect(evaluationGeometry(1000, 667, { ...center, cropShare: 0.875 }).width).toBe(383);
  });

  it('squashes both sides, then crops where the share asks for it', () => {
    const squash = { size: 128, cropShare: 1, cropMode: 'squash' } as const;
    expect(evaluationGeometry(640, 480, squash)).toEqual({
      width: 128,
      height: 128,
      crop: { left: 0, top: 0, width: 128, height: 128 },
    });
    const cropped = evaluationGeometry(640, 480, { ...squash, cropShare: 0.95 });
    expect(cropped.width).toBe(134);
    expect(cropped.crop.left).toBe(3);
  });

  it('copes with extreme proportions', () => {
    const { width, height, crop } = evaluationGeometry(1, 20_000, center);
    expect([width, height]).toEqual([248, 4_960_000]);
    expect(crop.top).toBe(2_479_888);
  });
});
