import { describe, expect, it } from 'vitest';
import { parseModelConfig } from './model-config.ts';

const read = (...files: readonly object[]) =>
  parseModelConfig(...files.map((file) => JSON.stringify(file)));

/** As google/vit-base-patch16-224 has them. */
const vit = {
  architectures: ['ViTForImageClassification'],
  model_type: 'vit',
  hidden_act: 'gelu',
  hidden_size: 768,
  id2label: { 0: 'tench', 1: 'goldfish' },
  image_size: 224,
  layer_norm_eps: 1e-12,
  num_attention_heads: 12,
  patch_size: 16,
};
const vitProcessor = {
  do_normalize: true,
  do_resize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
  resample: 2,
  size: { height: 224, width: 224 },
};

describe("Transformers' config files", () => {
  it('say how a vision transformer is built and what its images look like', () => {
    expect(read(vit, vitProcessor)).toEqual({
      architecture: null,
      modelArgs: { num_heads: 12, img_size: 224 },
      numClasses: null,
      globalPool: null,
      inputSize: 224,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      interpolation: 'bilinear',
      cropPct: 1,
      cropMode: 'squash',
      labelNames: ['tench', 'goldfish'],
      normEpsilon: 1e-12,
      transformers: { ...vit, ...vitProcessor },
    });
  });

  it('are read alone as well', () => {
    expect(read(vit)).toMatchObject({ inputSize: 224, mean: null, cropMode: null });
    const processorAlone = { ...vitProcessor, image_processor_type: 'ViTImageProcessor' };
    expect(read(processorAlone)).toMatchObject({ inputSize: 224, cropMode: 'squash' });
  });

  it.each([
    [{ size: 224 }, [224, 1, 'squash']],
    [{ size: { shortest_edge: 224 }, crop_pct: 0.875, resample: 3 }, [224, 0.875, 'center']],
    [{ size: 224, crop_pct: 0.95 }, [224, 0.95, 'center']],
    [{ size: { shortest_edge: 224 } }, [224, 0.875, 'center']],
    [{ size: { shortest_edge: 384 }, crop_pct: 0.875 }, [384, 1, 'squash']],
    [
      {
        size: { shortest_edge: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
      },
      [224, 0.875, 'center'],
    ],
    [
      { size: { height: 256, width: 256 }, do_center_crop: true, crop_size: 224 },
      [224, 0.875, 'squash'],
    ],
    [
      {
        feature_extractor_type: 'DeiTFeatureExtractor',
        size: 256,
        do_center_crop: true,
        crop_size: 224,
      },
      [224, 0.875, 'squash'],
    ],
    [
      {
        image_processor_type: 'BitImageProcessor',
        size: 256,
        do_center_crop: true,
        crop_size: 224,
      },
      [224, 0.875, 'center'],
    ],
    [{}, [518, null, null]],
    [{ size: { height: 200, width: 100 } }, [518, null, null]],
  ])('prepare images by %j', (processor, [size, cropPct, cropMode]) => {
    const config = read({ model_type: 'dinov2', image_size: 518 }, processor);
    expect(config).toMatchObject({ inputSize: size, cropPct, cropMode });
  });

  it('may leave pixels as they are, or state one number for all channels', () => {
    const plain = read(vit, { do_normalize: false, image_mean: [0.5, 0.5, 0.5] });
    expect(plain).toMatchObject({ mean: [0, 0, 0], std: [1, 1, 1] });
    const grey = read(vit, { image_mean: 0.5, image_std: 0.25 });
    expect(grey).toMatchObject({ mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] });
  });

  it("state heads and windows stage by stage, in timm's words", () => {
    const swin = { model_type: 'swin', num_heads: [3, 6], window_size: 7, image_size: [224, 224] };
    expect(read(swin).modelArgs).toEqual({ num_heads: [3, 6], window_size: 7, img_size: 224 });
  });

  it("speak of ConvNeXt's last norm only", () => {
    expect(read({ model_type: 'convnext', layer_norm_eps: 1e-12 }).normEpsilon).toBeNull();
    expect(read({ model_type: 'swin', layer_norm_eps: 1e-5 }).normEpsilon).toBe(1e-5);
  });

  it("are not timm's", () => {
    expect(read({ architecture: 'resnet18', num_heads: 3 })).toMatchObject({
      transformers: null,
      modelArgs: {},
    });
  });
});
