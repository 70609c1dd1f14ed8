import type { Answer } from './classifier.ts';

/** Most classes shown for one image. */
const MOST = 5;

/** Classes with their probabilities, as a list of bars. */
export function answerList(answer: Answer): HTMLOListElement {
  const list = document.createElement('ol');
  for (const [name, probability] of answer.slice(0, MOST)) {
    const percent = `${(100 * probability).toFixed(1)} %`;
    const row = document.createElement('li');
    const bar = document.createElement('span');
    bar.className = 'bar';
    bar.style.width = percent.replace(' ', '');
    row.append(text('name', name), text('share', percent), bar);
    list.append(row);
  }
  return list;
}

export function text(className: string, words: string): HTMLSpanElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = words;
  return element;
}
