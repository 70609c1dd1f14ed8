import { useState } from 'react';
import { countOf, formatBytes } from '../../lib/format.ts';
import { sentBytes, type Recipient, type Watch } from '../../stores/privacy.ts';
import { Dialog } from '../components/dialog.tsx';
import { usePrivacy } from '../studio-context.ts';
import styles from './top-bar.module.css';

/** Says how much the page has sent to other servers; pressed, to whom, and what it can see of that. */
export function PrivacyBadge() {
  const watch = usePrivacy((state) => state.watch);
  const recipients = usePrivacy((state) => state.recipients);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={styles.badge} onClick={() => setOpen(true)}>
        {labelOf(watch, recipients)}
      </button>
      <Dialog open={open} onOpenChange={setOpen} title="What leaves this computer">
        <Sent watch={watch} recipients={recipients} />
        <p>
          The browser lets this page talk to two places only: the server it came from, and the
          Hugging Face Hub, which is asked for a model when you choose one there. Your images are
          sent nowhere.
        </p>
        {watch.phase === 'watching' && <Method />}
      </Dialog>
    </>
  );
}

interface SentProps {
  readonly watch: Watch;
  readonly recipients: readonly Recipient[];
}

function Sent({ watch, recipients }: SentProps) {
  if (watch.phase === 'starting') return <p>The counting starts in a moment.</p>;
  if (watch.phase === 'impossible') {
    return <p>What is sent cannot be counted in this browser. {watch.reason}</p>;
  }
  if (recipients.length === 0) {
    return <p>Nothing was sent to other servers since the page opened.</p>;
  }
  return (
    <>
      <p>Sent to other servers since the page opened:</p>
      <dl className={styles.facts}>
        {recipients.map(({ host, requests, bytes }) => (
          <Fact key={host} host={host}>
            {formatBytes(bytes)} in {countOf(requests, 'request')}
          </Fact>
        ))}
      </dl>
    </>
  );
}

function Fact({ host, children }: { readonly host: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{host}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Method() {
  return (
    <>
      <p>
        Counted is the address, the content and the visible headers of every request of this page
        and its other tabs. What the browser adds itself (its name, your language) is not visible
        here, and where a server passes a request on to another, the second is not counted. On a
        first visit the counting starts a few seconds after the page.
      </p>
      <p>The page is kept in this browser: it opens without a connection, too.</p>
    </>
  );
}

function labelOf(watch: Watch, recipients: readonly Recipient[]): string {
  if (watch.phase === 'impossible') return 'Sent elsewhere: not counted';
  if (watch.phase === 'starting') return 'Sent elsewhere: …';
  return `Sent elsewhere: ${formatBytes(sentBytes(recipients))}`;
}
