import { useRef } from 'react';
import { Button } from '../../components/button.tsx';

interface WeightsButtonProps {
  readonly disabled: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

export function WeightsButton({ disabled, onFiles }: WeightsButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button disabled={disabled} onClick={() => input.current?.click()}>
        Choose a weights file
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".safetensors,.json"
        aria-label="Weights file"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}
