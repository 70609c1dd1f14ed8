import { VisuallyHidden } from './visually-hidden.tsx';

/** Speaks `message` whenever it changes; for epoch ends and the like, never for every step. */
export function LiveRegion({ message }: { readonly message: string }) {
  return (
    <VisuallyHidden>
      <div role="status" aria-live="polite">
        {message}
      </div>
    </VisuallyHidden>
  );
}
