import { expect, test } from 'vitest';
import { fakeCatalog } from '../../../testing/fake-catalog.ts';
import { searchModels } from './search-models.ts';

const found = (query: string) => searchModels(fakeCatalog.hub, query).map(({ label }) => label);

test.each([
  ['', ['ViT-Base/16', 'ResNet-18']],
  ['resnet', ['ResNet-18']],
  ['  VIT base ', ['ViT-Base/16']],
  ['imagenet-21k', ['ViT-Base/16']],
  ['augreg', ['ViT-Base/16']],
  ['resnet vit', []],
])('%j finds %j', (query, labels) => {
  expect(found(query)).toEqual(labels);
});
