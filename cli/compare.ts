import { racePlanProblem, type RacePlan } from '../src/client/race-plan.ts';
import type { RaceRow } from '../src/client/race-rows.ts';
import { formatBytes, formatShare } from '../src/lib/format.ts';
import type { BackboneInfo } from '../src/protocol.ts';
import type { CompareCall } from './arguments.ts';
import { formatPercent, formatTable, print, tell } from './console.ts';
import { findDemo, importData, importDemo, readData } from './dataset.ts';
import type { FinishedRace } from './driver-api.ts';
import { findModel } from './model-source.ts';
import { chooseForEach, findMethod, settingsOf } from './settings.ts';
import type { TrainerPage } from './trainer-page.ts';

/**
 * Trains several methods with the same seeds on one split, and says which is best as far as that
 * can be told. Runs that fail are told, and make the exit code 1.
 */
export async function compare(
  call: CompareCall,
  openPage: () => Promise<TrainerPage>,
): Promise<number> {
  const data = await readData(call);
  const page = await openPage();
  const { device, catalog } = await page.ask('hello', { backend: call.backend });
  const infos = call.methods.map((name) => findMethod(catalog, name, '--methods must be among'));
  const demo = data.kind === 'demo' ? findDemo(catalog, data.name) : null;
  const methods = chooseForEach(catalog.training, infos, demo?.training ?? {}, settingsOf(call));
  const source = await findModel(call.model, catalog, page.files);

  const backbone = await page.ask('loadBackbone', { source });
  tell(`${backbone.label} on ${device.adapter} (${device.backend}).`);
  const shared = methods[0]?.training ?? {};
  const firstSeed = Number(shared['seed']);
  const plan: RacePlan = {
    methods,
    classes:
      data.kind === 'folders'
        ? await importData(page, data)
        : await importDemo(page, findDemo(catalog, data.name), firstSeed),
    backbone: backbone.hash,
    seeds: call.seeds,
    firstSeed,
    validationShare: Number(shared['validationShare']),
    tune: call.tune,
  };
  const problem = refusalOf(plan, backbone) ?? racePlanProblem(plan);
  if (problem !== null) throw new Error(problem);

  const race = await page.ask('compare', { plan });
  if (race.failure) tell(race.failure.message);
  const heading = { model: backbone.name, backend: device.backend, device: device.adapter };
  print(call.json ? JSON.stringify({ ...heading, ...reportOf(race, plan) }) : describe(race));
  const failed = race.entries.some(({ state }) => state !== 'finished');
  return failed ? 1 : 0;
}

function refusalOf({ methods }: RacePlan, { refusals }: BackboneInfo): string | null {
  return methods.map(({ info }) => refusals[info.name]).find((reason) => reason) ?? null;
}

function reportOf(race: FinishedRace, { seeds, firstSeed, methods }: RacePlan) {
  return {
    seeds: Array.from({ length: seeds }, (_, index) => firstSeed + index),
    epochs: methods[0]?.training['epochs'],
    methods: race.rows.map((row) => ({
      method: row.method,
      mean: row.meanAccuracy,
      interval: row.interval,
      perSeed: row.perSeed,
      standardDeviation: row.standardDeviation,
      seconds: row.seconds,
      imagesPerSecond: row.imagesPerSecond,
      trainableParameters: row.trainableParameters,
      trainableShare: row.trainableShare,
      adapterBytes: row.adapterBytes,
      extraCost: row.extraCost,
      learningRate: row.learningRate,
      differenceToBest: row.differenceToBest,
    })),
    winner: race.winner,
    leaders: race.leaders,
    tuning: race.tuning,
    failures: race.entries.flatMap(({ method, seed, failure }) =>
      failure ? [{ method, seed, ...failure }] : [],
    ),
  };
}

const heads = [
  ...['method', 'accuracy', '95 %', 'spread', 'to the best', 'seconds', 'images/s'],
  ...['trained', 'share', 'adapter', 'extra cost', 'rate'],
];

function describe({ rows, winner, leaders }: FinishedRace): string {
  const table = formatTable(heads, rows.map(cells));
  const label = (name: string): string => rows.find(({ method }) => method === name)?.label ?? name;
  if (winner !== null) return `${table}\n\n${label(winner)} is best, beyond what chance explains.`;
  if (leaders.length < 2) return `${table}\n\nThere is no winner.`;
  const names = leaders.map(label).join(', ');
  return `${table}\n\nThere is no winner: ${names} cannot be told apart.`;
}

function cells(row: RaceRow): string[] {
  const said = <T>(value: T | null, words: (value: T) => string): string =>
    value === null ? '–' : words(value);
  const points = (share: number): string => (100 * share).toFixed(1);
  return [
    row.label,
    said(row.meanAccuracy, formatPercent),
    said(row.interval, ([low, high]) => `${points(low)} … ${points(high)}`),
    said(row.standardDeviation, points),
    said(
      row.differenceToBest,
      ({ mean, interval: [low, high] }) => `${points(mean)} (${points(low)} … ${points(high)})`,
    ),
    said(row.seconds, (seconds) => seconds.toFixed(1)),
    said(row.imagesPerSecond, (speed) => speed.toFixed(1)),
    said(row.trainableParameters, String),
    said(row.trainableShare, formatShare),
    said(row.adapterBytes, formatBytes),
    said(row.extraCost, formatShare),
    said(row.learningRate, String),
  ];
}
