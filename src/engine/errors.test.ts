import { expect, test } from 'vitest';
import { EngineError, toFailure } from './errors.ts';

test('an engine error keeps its code and sentence', () => {
  const error = new EngineError('bad-file', 'It must be a file; got none.');
  expect(toFailure(error)).toEqual({ code: 'bad-file', message: 'It must be a file; got none.' });
});

test.each(['Aborted(OOM)', 'Array buffer allocation failed', 'Cannot enlarge memory arrays'])(
  '"%s" is told as memory that ran out, with a way on',
  (message) => {
    const failure = toFailure(new RangeError(message));
    expect(failure.code).toBe('out-of-memory');
    expect(failure.message).toContain('smaller batch size');
  },
);

test('whatever else is thrown keeps its message', () => {
  expect(toFailure('odd')).toEqual({ code: 'internal', message: 'odd' });
});
