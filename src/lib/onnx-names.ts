/** How an exported ONNX file calls its input and its output: as Hugging Face's programs do. */
export const INPUT = 'pixel_values';
export const OUTPUT = 'logits';
