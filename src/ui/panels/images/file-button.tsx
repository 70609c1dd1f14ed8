import { useRef, type ReactNode } from 'react';
import type { ImportItem } from '../../../protocol.ts';
import { Button } from '../../components/button.tsx';
import { fromFiles } from './read-drop.ts';

interface FileButtonProps {
  readonly children: ReactNode;
  readonly label: string;
  readonly folder?: boolean;
  readonly disabled?: boolean;
  readonly onFiles: (items: ImportItem[]) => void;
}

const ACCEPTED = 'image/*,.zip,.avif,.webp,.bmp';

/** A button that opens the browser's file dialog, for many files or for one folder. */
export function FileButton(props: FileButtonProps) {
  const { children, label, folder = false, disabled, onFiles } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button disabled={disabled} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        aria-label={label}
        {...(folder ? { webkitdirectory: '' } : { accept: ACCEPTED })}
        onChange={(event) => {
          onFiles(fromFiles(event.target.files ?? []));
          event.target.value = '';
        }}
      />
    </>
  );
}
