import { VisuallyHidden as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';

/** Read by screen readers, not seen. */
export function VisuallyHidden({ children }: { readonly children: ReactNode }) {
  return <Primitive.Root>{children}</Primitive.Root>;
}
