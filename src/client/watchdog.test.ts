import { expect, test } from 'vitest';
import { Watchdog } from './watchdog.ts';

const limits = { first: 600_000, least: 60_000, times: 20 };

function after(stepMs: number): Watchdog {
  const dog = new Watchdog(limits);
  for (let step = 0; step < 6; step++) {
    for (let passed = 0; passed < stepMs; passed += 1000) dog.pass(1000);
    dog.heard(true);
  }
  return dog;
}

/** Seconds until it barks. */
function silence(dog: Watchdog): number {
  for (let second = 1; second < 10_000; second++) if (dog.pass(1000)) return second;
  return Infinity;
}

test('the first steps have ten minutes, for shaders compile', () => {
  const dog = new Watchdog(limits);
  dog.heard(false);
  expect(silence(dog)).toBe(600);
});

test('a fast device hangs after a minute, a slow one after twenty of its steps', () => {
  expect(silence(after(1000))).toBe(60);
  expect(silence(after(30_000))).toBe(600);
});

test('a sign of life ends a silence', () => {
  const dog = after(1000);
  for (let second = 0; second < 59; second++) expect(dog.pass(1000)).toBe(false);
  dog.heard(true);
  for (let second = 0; second < 59; second++) expect(dog.pass(1000)).toBe(false);
});

test('a computer that slept for hours is not taken for a device that hangs', () => {
  const dog = after(1000);
  expect(dog.pass(9 * 3_600_000)).toBe(false);
  dog.heard(true);
  expect(dog.pass(1000)).toBe(false);
});
