import { useState } from 'react';
import type { DeviceInfo } from '../../protocol.ts';
import type { Connection } from '../../stores/app.ts';
import { classNames } from '../class-names.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useApp, useProject, useStudio } from '../studio-context.ts';
import styles from './top-bar.module.css';

/** Says what will do the computing; pressed, it explains it and names a way on. */
export function DeviceBadge() {
  const connection = useApp((state) => state.connection);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={styles.badge} onClick={() => setOpen(true)}>
        <span className={classNames(styles.dot, styles[speedOf(connection)])} />
        <span>{labelOf(connection)}</span>
      </button>
      <Dialog open={open} onOpenChange={setOpen} title="Your device">
        <Explanation connection={connection} />
      </Dialog>
    </>
  );
}

function Explanation({ connection }: { readonly connection: Connection }) {
  const studio = useStudio();
  switch (connection.phase) {
    case 'connecting':
      return <p>Asking the browser which device may be used…</p>;
    case 'failed':
      return (
        <>
          <p>{connection.message}</p>
          <p>Try again, or open this page in an up-to-date Chrome or Edge.</p>
          <Button onClick={() => void studio.connect()}>Try again</Button>
        </>
      );
    case 'ready':
      return <DeviceFacts device={connection.device} />;
    default: {
      const unknown: never = connection;
      return unknown;
    }
  }
}

function DeviceFacts({ device }: { readonly device: DeviceInfo }) {
  return (
    <>
      <dl className={styles.facts}>
        <dt>Device</dt>
        <dd>{device.adapter}</dd>
        <dt>Computes with</dt>
        <dd>{device.backend === 'webgpu' ? 'WebGPU' : 'WebAssembly'}</dd>
        {device.backend === 'webgpu' ? (
          <>
            <dt>16-bit floats</dt>
            <dd>{device.f16 ? 'yes (f16)' : 'no'}</dd>
            <dt>Subgroups</dt>
            <dd>{device.subgroups ? 'yes' : 'no'}</dd>
          </>
        ) : (
          <>
            <dt>Threads</dt>
            <dd>{device.threads}</dd>
          </>
        )}
      </dl>
      {device.fallbackReason !== null && <WayOn reason={device.fallbackReason} />}
      {device.software && <p>This adapter is emulated on the processor: it works, but slowly.</p>}
      <Kept />
    </>
  );
}

/** Whether the page keeps what is in it; where it does, the project's menu tells more. */
function Kept() {
  const status = useProject((state) => state.status);
  if (status.phase !== 'off') {
    return <p>Images, models and results stay in this browser: nothing is uploaded.</p>;
  }
  return (
    <p>
      Images and results stay in this page: nothing is uploaded. {status.reason} Closing the page
      forgets them, so export what you want to keep.
    </p>
  );
}

function WayOn({ reason }: { readonly reason: string }) {
  return (
    <>
      <p>
        {reason} Everything works without it, only slower: the bundled backbones and a few hundred
        images are a good size here.
      </p>
      <p>
        For your graphics card: open this page over https or on localhost, in an up-to-date Chrome
        or Edge (or Safari 26, Firefox 141 and later), with hardware acceleration switched on in the
        browser’s settings.
      </p>
    </>
  );
}

function labelOf(connection: Connection): string {
  switch (connection.phase) {
    case 'connecting':
      return 'Looking for a device…';
    case 'failed':
      return 'No device';
    case 'ready':
      return deviceLabel(connection.device);
    default: {
      const unknown: never = connection;
      return unknown;
    }
  }
}

function deviceLabel({ backend, adapter, f16 }: DeviceInfo): string {
  if (backend === 'webgpu') return `${adapter} · WebGPU${f16 ? ' · f16' : ''}`;
  return `${adapter} · no GPU in use`;
}

function speedOf(connection: Connection): 'fast' | 'slow' | 'broken' | 'unknown' {
  if (connection.phase === 'failed') return 'broken';
  if (connection.phase === 'connecting') return 'unknown';
  const { backend, software } = connection.device;
  return backend === 'webgpu' && !software ? 'fast' : 'slow';
}
