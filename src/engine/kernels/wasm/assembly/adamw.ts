import { address, float, int } from './args';
import { UNIT } from './elementwise';

/**
 * One step of AdamW (Loshchilov & Hutter 2019), as many numbers a unit as an elementwise kernel takes.
 * Arguments: parameters, momentum, variance, gradient, their next values but the gradient's, numbers,
 * β1, β2, ε, kept share of the parameters, rate, correction of the deviation.
 */
export function adamW(args: usize, unit: i32): void {
  const first = unit * UNIT;
  const last = min(first + UNIT, int(args, 7));
  const beta1 = float(args, 8),
    beta2 = float(args, 9),
    epsilon = float(args, 10);
  const kept = float(args, 11),
    rate = float(args, 12),
    correction = float(args, 13);
  for (let n = first; n < last; n++) {
    const i = (<usize>n) << 2;
    const g = load<f32>(address(args, 3) + i);
    const m = load<f32>(address(args, 1) + i) * beta1 + g * (1 - beta1);
    const v = load<f32>(address(args, 2) + i) * beta2 + g * g * (1 - beta2);
    const parameter = load<f32>(address(args, 0) + i);
    const step = (m / (sqrt(v) / correction + epsilon)) * rate;
    store<f32>(address(args, 4) + i, parameter * kept - step);
    store<f32>(address(args, 5) + i, m);
    store<f32>(address(args, 6) + i, v);
  }
}
