import { expect, test } from 'vitest';
import { diagnosis, FailuresInARow } from './failures-in-a-row.ts';

const lost = { code: 'device-lost', message: 'The graphics device was lost.' } as const;
const full = { code: 'out-of-memory', message: 'The device has no memory left.' } as const;
const at = (step: number, runId = 1) => ({ runId, epoch: 1, step });

test('failures count as long as the run comes no further', () => {
  const failures = new FailuresInARow();
  failures.add(lost, at(4));
  failures.add(full, at(4));
  failures.add(full, at(4));
  expect([failures.count, failures.halvings]).toEqual([3, 2]);
  failures.add(full, at(5));
  expect([failures.count, failures.halvings]).toEqual([1, 1]);
});

test('a device that is lost once more without a step in between may have had too little memory', () => {
  const failures = new FailuresInARow();
  failures.add(lost, at(4));
  expect(failures.halvings).toBe(0);
  failures.add(lost, at(4));
  expect(failures.halvings).toBe(1);
  failures.add(lost, at(5));
  expect(failures.halvings).toBe(0);
});

test('another run begins with none', () => {
  const failures = new FailuresInARow();
  failures.add(lost, at(4));
  failures.add(lost, at(4, 2));
  expect(failures.count).toBe(1);
});

test('the end of an epoch is further, though no step was taken', () => {
  const failures = new FailuresInARow();
  failures.add(lost, at(4));
  failures.add(lost, { ...at(4), epoch: 2 });
  expect(failures.count).toBe(1);
});

test('a diagnosis says what happened how often, and what may help', () => {
  expect(diagnosis(lost, 3).message).toMatch(/3 times in a row.*graphics device was lost.*backend/);
  expect(diagnosis(full, 3).message).toMatch(/ran out of memory 3 times.*smaller backbone/);
});
