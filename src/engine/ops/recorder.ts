import * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from '../kernels/acceleration.ts';
import { Recording, type StepInputs, type StepTensors } from '../kernels/replay/recording.ts';

export type { StepInput, StepTensors } from '../kernels/replay/recording.ts';

/** Runs of a shape before it is recorded: by then its kernels are compiled and chosen. */
const BEFORE = 2;

/** Runs a step over and over; where the device allows it, as a recording of itself. */
export class Recorder {
  #recording: Recording | null = null;
  /** What the recorded step was made for. */
  #shapes = '';
  #state: readonly tf.Tensor[] = [];
  readonly #runs = new Map<string, number>();

  /**
   * @param inputs What differs from run to run; its shapes decide whether a recording fits.
   * @param state Tensors that live on, and that `body` changes in place.
   * @param body Must do the same for the same shapes.
   */
  run(
    inputs: StepInputs,
    state: readonly tf.Tensor[],
    body: (tensors: StepTensors) => tf.Tensor,
  ): tf.Tensor {
    const backend = acceleratedWebgpu();
    const shapes = JSON.stringify(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
    const runs = this.#runs.get(shapes) ?? 0;
    this.#runs.set(shapes, runs + 1);
    if (this.#recording && shapes === this.#shapes) {
      if (state.every((tensor, i) => tensor === this.#state[i])) {
        this.#recording.replay(inputs, state);
        return this.#recording.result();
      }
      this.dispose();
    }
    if (!backend || this.#recording || runs < BEFORE) return runOnce(inputs, body);
    this.#recording = new Recording(backend, inputs, body);
    this.#shapes = shapes;
    this.#state = state;
    return this.#recording.result();
  }

  dispose(): void {
    this.#recording?.dispose();
    this.#recording = null;
  }
}

/** Runs a step as it is, on every backend. */
function runOnce(inputs: StepInputs, body: (tensors: StepTensors) => tf.Tensor): tf.Tensor {
  return tf.tidy(() => body(made(inputs)));
}

function made(inputs: StepInputs): StepTensors {
  const tensors = Object.entries(inputs).map(
    ([name, { values, shape }]) => [name, tf.tensor(values, [...shape])] as const,
  );
  return Object.fromEntries(tensors);
}
