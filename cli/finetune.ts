import type { FinetuneCall } from './arguments.ts';
import { formatPercent, formatTable, print, tell } from './console.ts';
import { findDemo, importData, importDemo, readData } from './dataset.ts';
import type { FinishedRun } from './driver-api.ts';
import { findModel } from './model-source.ts';
import { writeExport } from './write-export.ts';
import { chooseSettings, findMethod, settingsOf } from './settings.ts';
import type { TrainerPage } from './trainer-page.ts';

/** Fine-tunes on a folder of class folders, prints the story, and writes the export to `--out`. */
export async function finetune(
  call: FinetuneCall,
  openPage: () => Promise<TrainerPage>,
): Promise<number> {
  const data = await readData(call);
  const page = await openPage();
  const { device, catalog } = await page.ask('hello', { backend: call.backend });
  const method = findMethod(catalog, call.method);
  const demo = data.kind === 'demo' ? findDemo(catalog, data.name) : null;
  const { methodOptions, training } = chooseSettings(
    catalog.training,
    method,
    demo?.training ?? {},
    settingsOf(call),
  );
  const source = await findModel(call.model, catalog, page.files);

  const backbone = await page.ask('loadBackbone', { source });
  tell(`${backbone.label} on ${device.adapter} (${device.backend}).`);
  const seed = Number(training['seed']);
  const classes =
    data.kind === 'folders'
      ? await importData(page, data)
      : await importDemo(page, findDemo(catalog, data.name), seed);
  const run = await page.ask('finetune', {
    config: { method: method.name, methodOptions, training, classes },
  });

  const report = reportOf(run, {
    model: backbone.name,
    method: method.name,
    backend: device.backend,
    device: device.adapter,
    seed,
  });
  if (call.out !== null) {
    const images = classes.flatMap((each) => [...(each.validation ?? []), ...each.images]);
    await writeExport(page, 'studio', images, call.out);
  }
  print(call.json ? JSON.stringify(report) : describe(report));
  return 0;
}

interface Heading {
  readonly model: string;
  readonly method: string;
  readonly backend: string;
  readonly device: string;
  readonly seed: number;
}

type Report = ReturnType<typeof reportOf>;

function reportOf(run: FinishedRun, heading: Heading) {
  return {
    ...heading,
    epochs: run.epochs.map(({ epoch, trainLoss, validationLoss, validationAccuracy, seconds }) => ({
      epoch,
      trainLoss,
      valLoss: validationLoss,
      valAccuracy: validationAccuracy,
      seconds,
    })),
    bestValAccuracy: run.bestValidationAccuracy,
    modes: run.modes,
    imagesPerSecond: run.imagesPerSecond,
    trainableParameters: run.start.trainableParameters,
    seconds: run.seconds,
  };
}

function describe(report: Report): string {
  const modes = report.modes;
  const rows = [
    ['best validation accuracy', formatPercent(report.bestValAccuracy)],
    ...(modes
      ? [
          ['  both parts', formatPercent(modes.both)],
          ['  neuron only', formatPercent(modes.neuron)],
          ['  synapse only', formatPercent(modes.synapse)],
          ['  head only', formatPercent(modes.head)],
        ]
      : []),
    ['trainable parameters', String(report.trainableParameters)],
    ['training speed', `${report.imagesPerSecond.toFixed(1)} images/s`],
    ['time', `${report.seconds.toFixed(1)} s`],
  ];
  return formatTable([`${report.model}, ${report.method}`, ''], rows);
}
