import type { ErrorCode, Failure } from '../../protocol.ts';
import { Notice } from '../components/notice.tsx';

interface FailureNoticeProps {
  readonly title: string;
  readonly failure: Failure | null;
  readonly onDismiss?: () => void;
}

/** What happened, why, and what to do. */
export function FailureNotice({ title, failure, ...rest }: FailureNoticeProps) {
  if (failure === null || failure.code === 'cancelled') return null;
  const advice = ADVICE[failure.code];
  return (
    <Notice tone="error" title={title} {...rest}>
      {failure.message}
      {advice && ` ${advice}`}
    </Notice>
  );
}

const ADVICE: Partial<Record<ErrorCode, string>> = {
  'not-finite': 'Earlier runs are untouched.',
  'out-of-memory': 'A smaller batch or a smaller backbone needs less memory.',
  'device-lost': 'Reload the page to get the device back.',
  network: 'Check the connection and try again.',
};
