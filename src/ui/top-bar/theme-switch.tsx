import { useLayoutEffect } from 'react';
import type { ThemeChoice } from '../../stores/app.ts';
import { MoonIcon, SunIcon, SystemIcon } from '../components/icons.tsx';
import { Tooltip } from '../components/tooltip.tsx';
import { useApp } from '../studio-context.ts';
import styles from './top-bar.module.css';

const NEXT: Record<ThemeChoice, ThemeChoice> = { system: 'light', light: 'dark', dark: 'system' };
const NAMES: Record<ThemeChoice, string> = {
  system: 'Theme: as the system',
  light: 'Theme: light',
  dark: 'Theme: dark',
};
const ICONS = { system: SystemIcon, light: SunIcon, dark: MoonIcon };

/** Goes round: as the system, light, dark. */
export function ThemeSwitch() {
  const theme = useApp((state) => state.theme);
  const setTheme = useApp((state) => state.setTheme);
  useLayoutEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const Icon = ICONS[theme];
  return (
    <Tooltip content={NAMES[theme]} side="bottom">
      <button
        type="button"
        className={styles.theme}
        aria-label={`${NAMES[theme]}. Change`}
        onClick={() => setTheme(NEXT[theme])}
      >
        <Icon />
      </button>
    </Tooltip>
  );
}
