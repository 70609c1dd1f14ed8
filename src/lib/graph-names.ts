/** How exported graphs call their input and their output: as Hugging Face's programs do. */
export const INPUT = 'pixel_values';
export const OUTPUT = 'logits';
