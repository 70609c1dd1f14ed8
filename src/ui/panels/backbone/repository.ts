const HUB = /^(https?:\/\/)?(www\.)?(huggingface\.co|hf\.co)\//i;
const NAME = /^[\w.-]+\/[\w.-]+$/;

/** "owner/name" of what was typed or pasted, also as a link; null where it is neither. */
export function repositoryOf(text: string): string | null {
  const path = text.trim().replace(HUB, '');
  const [owner = '', name = ''] = path.split(/[/?#]/);
  const repository = `${owner}/${name}`;
  const extra = path.slice(repository.length);
  const isLink = HUB.test(text.trim());
  return NAME.test(repository) && (extra === '' || isLink) ? repository : null;
}
