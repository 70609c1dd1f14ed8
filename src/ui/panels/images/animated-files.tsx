import { countOf } from '../../../lib/format.ts';
import { Notice } from '../../components/notice.tsx';
import { useDataset } from '../../studio-context.ts';

/** Says of animated pictures what was taken of them. */
export function AnimatedFiles() {
  const animated = useDataset((state) => state.animated);
  const clear = useDataset((state) => state.clearAnimated);
  if (animated === 0) return null;
  const [are, them] = animated === 1 ? ['is', 'it'] : ['are', 'each'];
  return (
    <Notice tone="info" onDismiss={clear}>
      {countOf(animated, 'file')} {are} animated: the first frame of {them} was taken.
    </Notice>
  );
}
