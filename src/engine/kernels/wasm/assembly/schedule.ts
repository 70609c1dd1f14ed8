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
/** Whether the thread that shares its work may sleep: a worker may, a page must not. */
const MAY_SLEEP: usize = 24;
/** Whether it does, on the units that are done. */
const SLEEPS: usize = 28;

/** Looks at what another thread is to write before one goes to sleep: about the gap between two kernels. */
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
  awaitOthers(control, units);
}

/** A thread that only looks would keep the processor from the one that it waits for. */
function awaitOthers(control: usize, units: i32): void {
  for (let i = 0; i < PATIENCE; i++) {
    if (atomic.load<i32>(control + DONE) == units) return;
  }
  const maySleep = load<i32>(control + MAY_SLEEP);
  if (maySleep) atomic.store<i32>(control + SLEEPS, 1);
  while (true) {
    const done = atomic.load<i32>(control + DONE);
    if (done == units) break;
    if (maySleep) atomic.wait<i32>(control + DONE, done, -1);
  }
  if (maySleep) atomic.store<i32>(control + SLEEPS, 0);
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
    if (atomic.load<i32>(control + SLEEPS)) atomic.notify(control + DONE, -1);
  }
}
