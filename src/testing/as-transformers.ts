/**
 * State dicts as Hugging Face Transformers would have saved them, made from timm's the way its own
 * conversion scripts go: the opposite direction of what the engine does, and written apart from it.
 */
import type { StateDict, TensorData } from '../lib/safetensors.ts';

type Rename = readonly [RegExp, string | ((...groups: string[]) => string)];

interface Twin {
  readonly prefix: string;
  readonly renames: readonly Rename[];
  /** Transformers' tensors that timm has no counterpart of. */
  readonly extras: Readonly<Record<string, readonly number[]>>;
}

const attention: readonly Rename[] = [
  [/^patch_embed\.proj/, 'embeddings.patch_embeddings.projection'],
  [/^cls_token/, 'embeddings.cls_token'],
  [/^dist_token/, 'embeddings.distillation_token'],
  [/^reg_token/, 'embeddings.register_tokens'],
  [/^pos_embed/, 'embeddings.position_embeddings'],
  [/^norm\./, 'layernorm.'],
  [/^blocks\.(\d+)\.attn\.proj/, 'encoder.layer.$1.attention.output.dense'],
  [/^blocks\.(\d+)\.attn\.(query|key|value)/, 'encoder.layer.$1.attention.attention.$2'],
];

const twins: Readonly<Record<'vit' | 'deit' | 'dinov2' | 'resnet' | 'convnext' | 'swin', Twin>> = {
  vit: vitTwin('vit.', [[/^head\./, 'classifier.']]),
  deit: vitTwin('deit.', [
    [/^head\./, 'cls_classifier.'],
    [/^head_dist\./, 'distillation_classifier.'],
  ]),
  dinov2: {
    prefix: 'dinov2.',
    renames: [
      ...attention,
      [/^blocks\.(\d+)\.(norm[12]|mlp\.fc[12])/, 'encoder.layer.$1.$2'],
      [/^blocks\.(\d+)\.ls([12])\.gamma/, 'encoder.layer.$1.layer_scale$2.lambda1'],
    ],
    extras: {
      'dinov2.embeddings.mask_token': [1, 48],
      'classifier.weight': [5, 96],
      'classifier.bias': [5],
    },
  },
  resnet: {
    prefix: 'resnet.',
    renames: [
      [/^conv1\./, 'embedder.embedder.convolution.'],
      [/^bn1\./, 'embedder.embedder.normalization.'],
      [
        /^layer(\d)\.(\d+)\.(conv|bn)(\d)/,
        (_, stage, block, kind, index) =>
          `${resnetBlock(stage, block)}.layer.${Number(index) - 1}.${kind === 'bn' ? 'normalization' : 'convolution'}`,
      ],
      [
        /^layer(\d)\.(\d+)\.downsample\.(\d)/,
        (_, stage, block, index) =>
          `${resnetBlock(stage, block)}.shortcut.${index === '1' ? 'normalization' : 'convolution'}`,
      ],
      [/^fc\./, 'classifier.1.'],
    ],
    extras: { 'resnet.embedder.embedder.normalization.num_batches_tracked': [] },
  },
  convnext: {
    prefix: 'convnext.',
    renames: [
      [/^stem\.0/, 'embeddings.patch_embeddings'],
      [/^stem\.1/, 'embeddings.layernorm'],
      [/^stages\.(\d)\.downsample/, 'encoder.stages.$1.downsampling_layer'],
      [/^stages\.(\d)\.blocks\.(\d+)/, 'encoder.stages.$1.layers.$2'],
      [/\.conv_dw\./, '.dwconv.'],
      [/(layers\.\d+)\.norm\./, '$1.layernorm.'],
      [/\.mlp\.fc([12])/, '.pwconv$1'],
      [/\.gamma$/, '.layer_scale_parameter'],
      [/^head\.norm/, 'layernorm'],
      [/^head\.fc/, 'classifier'],
    ],
    extras: {},
  },
  swin: {
    prefix: 'swin.',
    renames: [
      [/^patch_embed\.proj/, 'embeddings.patch_embeddings.projection'],
      [/^patch_embed\.norm/, 'embeddings.norm'],
      [/^layers\.(\d)\.downsample/, (_, stage) => `encoder.layers.${Number(stage) - 1}.downsample`],
      [/^layers\./, 'encoder.layers.'],
      [/\.attn\.proj/, '.attention.output.dense'],
      [/\.attn\./, '.attention.self.'],
      [/\.norm1\./, '.layernorm_before.'],
      [/\.norm2\./, '.layernorm_after.'],
      [/\.mlp\.fc1/, '.intermediate.dense'],
      [/\.mlp\.fc2/, '.output.dense'],
      [/^norm\./, 'layernorm.'],
      [/^head\.fc/, 'classifier'],
    ],
    extras: { 'swin.encoder.layers.0.blocks.0.attention.self.relative_position_index': [16, 16] },
  },
};

function vitTwin(prefix: string, head: readonly Rename[]): Twin {
  return {
    prefix,
    renames: [
      ...attention,
      [/^blocks\.(\d+)\.norm1/, 'encoder.layer.$1.layernorm_before'],
      [/^blocks\.(\d+)\.norm2/, 'encoder.layer.$1.layernorm_after'],
      [/^blocks\.(\d+)\.mlp\.fc1/, 'encoder.layer.$1.intermediate.dense'],
      [/^blocks\.(\d+)\.mlp\.fc2/, 'encoder.layer.$1.output.dense'],
      ...head,
    ],
    extras: {
      [`${prefix}embeddings.mask_token`]: [1, 1, 48],
      [`${prefix}pooler.dense.weight`]: [48, 48],
      [`${prefix}pooler.dense.bias`]: [48],
    },
  };
}

const resnetBlock = (stage = '', block = '') =>
  `encoder.stages.${Number(stage) - 1}.layers.${block}`;

export type TwinName = keyof typeof twins;

/**
 * The state dict of the class with a head, e.g. ViTForImageClassification; `bare` is that of the
 * network alone, e.g. ViTModel, which has no prefix and no head.
 */
export function asTransformers(name: TwinName, tensors: StateDict, bare = false): StateDict {
  const { prefix, renames, extras } = twins[name];
  const result = new Map<string, TensorData>();
  const put = (timmName: string, tensor: TensorData) => {
    const own = renames.reduce(
      (text, [pattern, replacement]) =>
        typeof replacement === 'string'
          ? text.replace(pattern, replacement)
          : text.replace(pattern, replacement),
      timmName,
    );
    const isHead = own.includes('classifier');
    if (!bare) result.set(isHead ? own : prefix + own, tensor);
    else if (!isHead) result.set(own, tensor);
  };
  for (const [timmName, tensor] of tensors) {
    if (!timmName.includes('.qkv.')) put(timmName, tensor);
    else
      splitInThree(tensor).forEach((part, i) => put(timmName.replace('qkv', QKV[i] ?? ''), part));
  }
  for (const [extra, shape] of Object.entries(extras)) {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    const isHead = extra.includes('classifier');
    if (!bare) result.set(extra, { shape, data });
    else if (!isHead) result.set(extra.slice(prefix.length), { shape, data });
  }
  return result;
}

const QKV = ['query', 'key', 'value'];

function splitInThree({ shape, data }: TensorData): TensorData[] {
  const [outputs = 0, ...inputs] = shape;
  const length = data.length / 3;
  return QKV.map((_, i) => ({
    shape: [outputs / 3, ...inputs],
    data: data.slice(i * length, (i + 1) * length),
  }));
}
