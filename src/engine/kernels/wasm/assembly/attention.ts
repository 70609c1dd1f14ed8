/**
 * Multi-head self-attention, softmax(factor · q kᵀ + bias) v, and what it hands back. A unit is one
 * head of one sequence: it reads its queries, keys and values where they lie, among those of the
 * other heads, and writes where they lie. qkv [B, N, 3, H, d], output [B, N, H, d].
 */
import { address, float, int } from './args';
import { BLOCK, COLUMNS, packRight } from './panels';
import { multiply, packedBytes, workBytes } from './product';
import { scaleRow, softmaxGradientRow, softmaxRow } from './row';

/** Bytes a thread needs for sequences of `tokens` and heads of `width`. */
export function attentionWorkBytes(tokens: i32, width: i32): i32 {
  return workBytes() + 2 * panelBytes(tokens, width) + 2 * tokens * tokens * 4 + 64;
}

function panelBytes(tokens: i32, width: i32): i32 {
  return max(packedBytes(tokens, width), packedBytes(width, tokens));
}

function packAll(
  b: usize,
  bRow: usize,
  bColumn: usize,
  depth: i32,
  columns: i32,
  packed: usize,
): void {
  const panels = (columns + COLUMNS - 1) / COLUMNS;
  for (let panel = 0; panel < panels; panel++) {
    packRight(b, bRow, bColumn, depth, columns, panel, packed);
  }
}

/** c [rows, columns] = a · b, in blocks of rows. */
function multiplyAll(
  a: usize,
  aRow: usize,
  aColumn: usize,
  packed: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  work: usize,
): void {
  for (let i = 0; i < rows; i += BLOCK) {
    const some = min(BLOCK, rows - i);
    const from = a + <usize>i * aRow;
    const to = c + <usize>i * cRow;
    multiply(from, aRow, aColumn, 0, packed, to, cRow, some, columns, depth, work);
  }
}

/** p [N, N] = softmax(factor · q kᵀ + bias), with the keys laid out as the right side in `panels`. */
function probabilities(
  q: usize,
  row: usize,
  panels: usize,
  factor: f32,
  bias: usize,
  tokens: i32,
  width: i32,
  p: usize,
  work: usize,
): void {
  const pRow = (<usize>tokens) << 2;
  multiplyAll(q, row, 4, panels, p, pRow, tokens, tokens, width, work);
  for (let i = 0; i < tokens; i++) {
    const start = <usize>i * pRow;
    softmaxRow(p + start, tokens, factor, bias ? bias + start : 0);
  }
}

/** Bias of this unit: of `windows` · H tables the one of its window and head; 0 where there is none. */
function biasOf(tables: usize, windows: i32, heads: i32, unit: i32, tokens: i32): usize {
  if (!tables) return 0;
  return tables + <usize>((unit % (windows * heads)) * tokens * tokens * 4);
}

/** Arguments: qkv, output, tokens, heads, width, factor, bias or 0, windows, work, work's bytes a thread. */
export function attention(args: usize, unit: i32, thread: i32): void {
  const tokens = int(args, 2),
    heads = int(args, 3),
    width = int(args, 4);
  const head = unit % heads,
    sequence = unit / heads;
  const outRow = (<usize>(heads * width)) << 2;
  const row = outRow * 3;
  const q = address(args, 0) + <usize>(sequence * tokens) * row + ((<usize>(head * width)) << 2);
  const to =
    address(args, 1) + <usize>(sequence * tokens) * outRow + ((<usize>(head * width)) << 2);
  const work = address(args, 8) + <usize>thread * address(args, 9);
  const bias = biasOf(address(args, 6), int(args, 7), heads, unit, tokens);
  const size = <usize>panelBytes(tokens, width);
  const keys = work + <usize>workBytes(),
    values = keys + size,
    p = values + size;

  packAll(q + outRow, 4, row, width, tokens, keys);
  packAll(q + outRow * 2, row, 4, tokens, width, values);
  probabilities(q, row, keys, float(args, 5), bias, tokens, width, p, work);
  multiplyAll(p, (<usize>tokens) << 2, 4, values, to, outRow, tokens, width, tokens, work);
}

/**
 * Recomputes the probabilities, which is cheaper than keeping them. Arguments: as `attention`'s
 * with ∂L/∂output in the output's place, then ∂L/∂qkv, and ∂L/∂(factor · q kᵀ + bias) [B, H, N, N] or 0.
 */
export function attentionGradient(args: usize, unit: i32, thread: i32): void {
  const tokens = int(args, 2),
    heads = int(args, 3),
    width = int(args, 4);
  const factor = float(args, 5);
  const head = unit % heads,
    sequence = unit / heads;
  const outRow = (<usize>(heads * width)) << 2;
  const row = outRow * 3;
  const place = <usize>(sequence * tokens) * row + ((<usize>(head * width)) << 2);
  const q = address(args, 0) + place;
  const gQ = address(args, 10) + place;
  const gOut =
    address(args, 1) + <usize>(sequence * tokens) * outRow + ((<usize>(head * width)) << 2);
  const work = address(args, 8) + <usize>thread * address(args, 9);
  const bias = biasOf(address(args, 6), int(args, 7), heads, unit, tokens);
  const size = <usize>panelBytes(tokens, width);
  const a = work + <usize>workBytes(),
    b = a + size,
    p = b + size;
  const pRow = (<usize>tokens) << 2;
  const g = p + <usize>tokens * pRow;

  packAll(q + outRow, 4, row, width, tokens, a);
  probabilities(q, row, a, factor, bias, tokens, width, p, work);
  packAll(q + outRow * 2, 4, row, width, tokens, b);
  multiplyAll(gOut, outRow, 4, b, g, pRow, tokens, tokens, width, work); // ∂L/∂p
  const scores = address(args, 11);
  for (let i = 0; i < tokens; i++) {
    const line = g + <usize>i * pRow;
    softmaxGradientRow(line, p + <usize>i * pRow, tokens);
    if (scores) memory.copy(scores + <usize>(unit * tokens + i) * pRow, line, pRow);
    scaleRow(line, tokens, factor);
  }
  packAll(q + outRow, row, 4, tokens, width, a);
  multiplyAll(g, pRow, 4, a, gQ, row, tokens, width, tokens, work);
  packAll(q, row, 4, tokens, width, a);
  multiplyAll(g, 4, pRow, a, gQ + outRow, row, tokens, width, tokens, work); // gᵀ · q
  packAll(gOut, outRow, 4, tokens, width, b);
  multiplyAll(p, 4, pRow, b, gQ + outRow * 2, row, tokens, width, tokens, work); // pᵀ · ∂L/∂output
}
