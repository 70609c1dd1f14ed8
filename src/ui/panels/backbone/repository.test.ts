import { expect, test } from 'vitest';
import { repositoryOf } from './repository.ts';

test.each([
  ['timm/resnet18.a1_in1k', 'timm/resnet18.a1_in1k'],
  ['  timm/vit_tiny_patch16_224.augreg ', 'timm/vit_tiny_patch16_224.augreg'],
  ['https://huggingface.co/timm/resnet18.a1_in1k', 'timm/resnet18.a1_in1k'],
  ['https://huggingface.co/timm/resnet18.a1_in1k/tree/main?x=1', 'timm/resnet18.a1_in1k'],
  ['resnet18', null],
  ['timm/', null],
  ['timm/a b', null],
  ['timm/resnet18/extra', null],
  ['https://example.org/timm/resnet18', null],
])('%s', (text, expected) => {
  expect(repositoryOf(text)).toBe(expected);
});
