/**
 * How one kernel's work is shared among threads. The work is cut into units; whoever is free claims
 * the next. What a unit computes depends on its number alone, so results do not depend on who was
 * faster. One block of whole numbers, alike for all threads, says what there is to do.
 */
import { perform } from './index';

/** Units that nobody has claimed yet. */
const LEFT: usize = 0;
/** Units that are done. */
const DONE: usize = 4;
const KERNEL: usize = 8;
const ARGUMENTS: usize = 12;
/** Counts up with every job; helpers sleep on it. */
const JOBS: usize = 16;
/** Helpers that sleep. */
const ASLEEP: usize = 20;

/** Looks at the job counter before a helper goes to sleep: about as long as the gap between two kernels. */
const PATIENCE: i32 = 20_000;

/** Does `units` units of a kernel, together with whoever helps. */
export function share(control: usize, kernel: i32, args: usize, units: i32): void {
  if (!ASC_FEATURE_THREADS || units == 1) {
    for (let unit = 0; unit < units; unit++) perform(kernel, args, unit, 0);
    return;
  }
  store<i32>(control + KERNEL, kernel);
  store<usize>(control + ARGUMENTS, args);
  atomic.store<i32>(control + DONE, 0);
  atomic.store<i32>(control + LEFT, units);
  atomic.add<i32>(control + JOBS, 1);
  if (atomic.load<i32>(control + ASLEEP) > 0) atomic.notify(control + JOBS, -1);
  work(control, 0);
  while (atomic.load<i32>(control + DONE) < units);
}

/** A helper's life: it never returns. */
export function help(control: usize, thread: i32): void {
  if (!ASC_FEATURE_THREADS) return;
  let seen = 0;
  while (true) {
    seen = awaitJob(control, seen);
    work(control, thread);
  }
}

function awaitJob(control: usize, seen: i32): i32 {
  for (let i = 0; i < PATIENCE; i++) {
    const jobs = atomic.load<i32>(control + JOBS);
    if (jobs != seen) return jobs;
  }
  atomic.add<i32>(control + ASLEEP, 1);
  atomic.wait<i32>(control + JOBS, seen, -1);
  atomic.sub<i32>(control + ASLEEP, 1);
  return atomic.load<i32>(control + JOBS);
}

/**
 * Claims units until none is left. What the job is may be read only after a claim: a job stays as
 * it is while one of its units is not done.
 */
function work(control: usize, thread: i32): void {
  while (true) {
    const left = atomic.load<i32>(control + LEFT);
    if (left <= 0) return;
    if (atomic.cmpxchg<i32>(control + LEFT, left, left - 1) != left) continue;
    perform(load<i32>(control + KERNEL), load<usize>(control + ARGUMENTS), left - 1, thread);
    atomic.add<i32>(control + DONE, 1);
  }
}
