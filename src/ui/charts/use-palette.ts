import { useEffect, useState, type RefObject } from 'react';
import { readPalette, type Palette } from './diverging.ts';

/** The diverging colours at `element`; read again when the theme changes. */
export function usePalette(element: RefObject<Element | null>): Palette | null {
  const [palette, setPalette] = useState<Palette | null>(null);
  useEffect(() => {
    const read = () => {
      if (element.current) setPalette(readPalette(element.current));
    };
    read();
    const theme = new MutationObserver(read);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', read);
    return () => {
      theme.disconnect();
      system.removeEventListener('change', read);
    };
  }, [element]);
  return palette;
}
