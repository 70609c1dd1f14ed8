/**
 * What a project file says it holds, checked as far as the page relies on it: such a file may come
 * from anybody. Settings need no check here, for forms and worker check them anyway.
 */
import { asCount, asObject, isObject, type Json } from '../lib/json-fields.ts';
import { isRace } from './parse-race.ts';
import type { KeptSettings, ProjectContents } from './records.ts';

export class ProjectFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProjectFileError';
  }
}

/** @throws ProjectFileError with a sentence on the first thing that is not as it should be. */
export function parseContents(value: unknown): ProjectContents {
  const contents = asObject(value);
  const dataset = fieldsOf(contents['dataset'], 'The classes');
  const lists = ['images', 'runs', 'backbones'].map((name) => listOf(contents[name], name));
  const [images = [], runs = [], backbones = []] = lists;
  const counts = [dataset['nextClass'], dataset['nextImage']];
  const classes = listOf(dataset['classes'], 'classes');
  const order = listOf(dataset['order'], 'order of the images');
  check('classes', isEach(classes, isClass) && isEach(order, isCount) && isEach(counts, isCount));
  check('images', isEach(images, isImage));
  check('runs', isEach(runs, isRun));
  check('backbones', isEach(backbones, isBackbone));
  check('settings', isSettings(asObject(contents['settings'])));
  // Every field the page relies on was looked at.
  return contents as unknown as ProjectContents;
}

function check(what: string, holds: boolean): void {
  if (!holds) throw new ProjectFileError(`The ${what} in this project file are damaged.`);
}

function fieldsOf(value: unknown, what: string): Json {
  if (isObject(value)) return value;
  throw new ProjectFileError(`${what} are missing in this project file.`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ProjectFileError(`The ${what} are missing in this project file.`);
}

const isEach = (list: readonly unknown[], holds: (item: unknown) => boolean): boolean =>
  list.every((item) => holds(item));
const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => asCount(value) !== null;
const isCounts = (value: unknown): boolean => Array.isArray(value) && isEach(value, isCount);
const isNullOr = (value: unknown, holds: (item: unknown) => boolean): boolean =>
  value === null || holds(value);

function isClass(value: unknown): boolean {
  const { id, name } = asObject(value);
  return isCount(id) && isText(name);
}

function isImage(value: unknown): boolean {
  const { id, path, width, height, thumbnail, look, alike, file, classId } = asObject(value);
  const { name, hash } = asObject(file);
  const alikes = (look === undefined || isText(look)) && (alike === undefined || isCounts(alike));
  const sized =
    alikes && isCount(id) && isCount(width) && isCount(height) && isNullOr(classId, isCount);
  return (
    sized && isText(path) && thumbnail instanceof Blob && isName(name) && isNullOr(hash, isText)
  );
}

/** The names that the worker gives: no path can hide in one. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && /^[\da-f-]{36}$/.test(value);
}

function isRun(value: unknown): boolean {
  const { name, config, start, steps, epochs, frames, result, kept } = asObject(value);
  const named = isText(name) && isText(asObject(config)['method']) && typeof kept === 'boolean';
  const lists = [steps, epochs, frames, asObject(start)['classes'], asObject(start)['scaleSites']];
  return named && lists.every((list) => Array.isArray(list)) && isStart(start) && isResult(result);
}

function isStart(value: unknown): boolean {
  const { runId, method, backbone, trainImages, validationImages } = asObject(value);
  const images = isCounts(trainImages) && isCounts(validationImages);
  return images && isCount(runId) && isText(method) && isText(backbone);
}

function isResult(value: unknown): boolean {
  const { labels, probabilities, images } = asObject(asObject(value)['evaluation']);
  return labels instanceof Int32Array && probabilities instanceof Float32Array && isCounts(images);
}

function isBackbone(value: unknown): boolean {
  const { hash, source } = asObject(value);
  const { kind, name, repository, weights } = asObject(source);
  if (!isText(hash)) return false;
  if (kind === 'hub') return isText(repository);
  return isText(name) && (kind === 'bundled' || (kind === 'file' && weights instanceof Blob));
}

function isSettings(settings: Json): boolean {
  const { backbone, method, opened, nextRun, race = null } = settings;
  const forms = [
    'touchedOptions',
    'touchedTraining',
    'suggestedTraining',
  ] satisfies (keyof KeptSettings)[];
  return (
    isNullOr(backbone, isText) &&
    isNullOr(method, isText) &&
    isNullOr(opened, isCount) &&
    isCount(nextRun) &&
    isNullOr(race, isRace) &&
    forms.every((name) => isObject(settings[name]))
  );
}
