import type { Site, SiteRole } from '../contract.ts';

interface TransformerBlock {
  /** e.g. "blocks.0". */
  readonly name: string;
  /** e.g. "Block 1". */
  readonly label: string;
  readonly width: number;
  /** Channels inside the MLP. */
  readonly hidden: number;
  /** The site whose scale the attention's input carries on. */
  readonly presynaptic: string;
}

/** The layers of a transformer block under timm's names: attention in and out, MLP in and out. */
export function blockSites({ name, label, width, hidden, presynaptic }: TransformerBlock): Site[] {
  const site = (
    part: string,
    what: string,
    role: SiteRole,
    inputs: number,
    outputs: number,
    reads: Partial<Pick<Site, 'presynaptic' | 'presynapticResized'>>,
  ): Site => ({
    name: `${name}.${part}`,
    label: `${label} · ${what}`,
    kind: 'linear',
    role,
    layer: `${name}.${part}`,
    norm: null,
    inputs,
    outputs,
    kernel: 1,
    presynaptic: null,
    presynapticResized: null,
    ...reads,
  });
  const [qkv, proj, fc1] = [`${name}.attn.qkv`, `${name}.attn.proj`, `${name}.mlp.fc1`];
  return [
    site('attn.qkv', 'attention in', 'qkv', width, 3 * width, { presynaptic }),
    site('attn.proj', 'attention out', 'projection', width, width, { presynapticResized: qkv }),
    site('mlp.fc1', 'MLP in', 'mlp-in', width, hidden, { presynaptic: proj }),
    site('mlp.fc2', 'MLP out', 'mlp-out', hidden, width, { presynaptic: fc1 }),
  ];
}
