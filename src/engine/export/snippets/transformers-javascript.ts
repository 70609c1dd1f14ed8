/** JavaScript that asks the folder with Transformers.js. */
export function transformersInJavaScript(folder: string): string {
  return `import { env, pipeline } from '@huggingface/transformers';

env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = './'; // where the folder lies; on a web page, its address

// { dtype: 'fp16' } takes the file of half the size.
const classify = await pipeline('image-classification', '${folder}', { dtype: 'fp32' });
console.log(await classify('image.jpg'));`;
}
