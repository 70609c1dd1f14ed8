/** Whether a race in a project file is one: every field that the page reads of it. */
import { asCount, asObject, oneOf } from '../lib/json-fields.ts';

const PHASES = ['racing', 'finished', 'stopped'];
const STATES = ['waiting', 'tuning', 'running', 'finished', 'failed', 'stopped'];

export function isRace(value: unknown): boolean {
  const { phase, entries, tuning, failure } = asObject(value);
  return (
    oneOf(phase, PHASES) !== null &&
    isListOf(entries, isEntry) &&
    isListOf(tuning, isTried) &&
    (failure === null || isFailure(failure))
  );
}

function isListOf(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => holds(item));
}

function isEntry(value: unknown): boolean {
  const { key, method, seed, state, runId, learningRate, failure } = asObject(value);
  const named = isText(key) && isText(method) && isNumber(seed) && oneOf(state, STATES) !== null;
  const begun = runId === null || asCount(runId) !== null;
  const told = isNumberOrNull(learningRate) && (failure === null || isFailure(failure));
  return named && begun && told;
}

function isTried(value: unknown): boolean {
  const { method, learningRate, accuracy, loss, chosen } = asObject(value);
  const judged = isNumberOrNull(accuracy) && isNumberOrNull(loss);
  return isText(method) && isNumber(learningRate) && judged && typeof chosen === 'boolean';
}

function isFailure(value: unknown): boolean {
  const { code, message } = asObject(value);
  return isText(code) && isText(message);
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isNumberOrNull = (value: unknown): boolean => value === null || isNumber(value);
