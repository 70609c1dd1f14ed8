import { StudioContext } from './studio-context.ts';
import type { Studio } from '../stores/studio.ts';
import { Shell } from './shell.tsx';
import './theme.css';

export function App({ studio }: { readonly studio: Studio }) {
  return (
    <StudioContext value={studio}>
      <Shell />
    </StudioContext>
  );
}
