/** Networks that are too large to be bundled, as files of random weights: their speed is that of trained ones. */
import { createRng } from '../src/lib/rng.ts';
import { writeSafetensors, type TensorData } from '../src/lib/safetensors.ts';
import { resnetShapes, vitShapes, type NamedShapes } from '../src/testing/timm-shapes.ts';

const SIDE = 224;

const networks: Readonly<Record<string, () => NamedShapes>> = {
  vit_tiny_patch16_224: () => vitShapes({ width: 192 }),
  vit_base_patch16_224: () => vitShapes({ width: 768 }),
  resnet50: () => resnetShapes({ layers: [3, 4, 6, 3], bottleneck: true }),
};

export interface RandomNetwork {
  /** A safetensors file. */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** timm's config.json. */
  readonly config: string;
}

/** The network of that name with random weights; null where no shape of that name is known. */
export function randomNetwork(name: string): RandomNetwork | null {
  const shapes = networks[name]?.();
  if (!shapes) return null;
  const rng = createRng(1, name);
  // The same few numbers over and over: normal numbers one by one would take half a minute.
  const noise = Float32Array.from({ length: 8191 }, () => 0.02 * rng.normal());
  const tensors = Object.entries(shapes).map(([tensor, shape]): [string, TensorData] => {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    if (isFactor(tensor, shape)) data.fill(1);
    else
      for (let start = 0; start < data.length; start += noise.length)
        data.set(noise.subarray(0, data.length - start), start);
    return [tensor, { shape, data }];
  });
  const config = { architecture: name, pretrained_cfg: { input_size: [3, SIDE, SIDE] } };
  return { weights: writeSafetensors(new Map(tensors)), config: JSON.stringify(config) };
}

/** What a norm multiplies or divides by. */
function isFactor(tensor: string, shape: readonly number[]): boolean {
  return tensor.endsWith('running_var') || (tensor.endsWith('.weight') && shape.length === 1);
}
