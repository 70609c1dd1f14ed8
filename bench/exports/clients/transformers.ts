/** Transformers.js in Node, without a network, on the exported folder. */
import { resolve } from 'node:path';
import { env, pipeline, Tensor } from '@huggingface/transformers';
import { INPUT } from '../../../src/lib/graph-names.ts';
import { readPhotograph } from '../../../src/testing/photographs.ts';
import { compareLogits, largestAt, type ExportRow } from '../compare.ts';
import type { ExportedModel } from '../exported.ts';
import { pageInputs } from './inputs.ts';
import { allowedFor } from './tolerance.ts';

const FORMAT = 'transformers';

export async function transformersInNode(model: ExportedModel): Promise<readonly ExportRow[]> {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = resolve(model.folder);
  const inputs = await pageInputs(model);
  const { size } = model.backbone.preprocessing;
  const expected = model.photographs.map(({ logits }) => logits);
  const rows: ExportRow[] = [];
  for (const dtype of ['fp32', 'fp16'] as const) {
    const classify = await pipeline('image-classification', FORMAT, { dtype });
    const logitsOf = async (feed: object): Promise<Float32Array> => {
      const { logits } = (await classify.model(feed)) as { logits: Tensor };
      return Float32Array.from(logits.data as Float32Array);
    };
    const same: Float32Array[] = [];
    const own: Float32Array[] = [];
    for (const [i, { path }] of model.photographs.entries()) {
      const image = await readPhotograph(path);
      const feed = new Tensor('float32', inputs[i] ?? new Float32Array(), [1, 3, size, size]);
      same.push(await logitsOf({ [INPUT]: feed }));
      own.push(await logitsOf((await classify.processor(image)) as object));
      const [first] = await classify(image);
      const { id2label } = classify.model.config as unknown as { id2label: Record<string, string> };
      if (first?.label !== id2label[largestAt(own.at(-1) ?? [])]) {
        throw new Error(`The pipeline names ${first?.label}, which its own logits do not.`);
      }
    }
    const named = { model: model.name, format: FORMAT };
    const allowed = allowedFor(FORMAT, dtype);
    const client = `Transformers.js in Node, ${dtype}`;
    rows.push(
      compareLogits({ ...named, client: `${client}, the page’s pixels`, allowed }, expected, same),
      compareLogits(
        { ...named, client: `${client}, its own resizing`, allowed: null },
        expected,
        own,
      ),
    );
    await classify.dispose();
  }
  return rows;
}
