import { DeviceBadge } from './device-badge.tsx';
import { ProjectMenu } from './project-menu.tsx';
import { PrivacyBadge } from './privacy-badge.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import styles from './top-bar.module.css';

export function TopBar() {
  return (
    <header className={styles.bar}>
      <div className={styles.name}>
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={28} height={28} />
        <h1>SAN Studio</h1>
      </div>
      <ProjectMenu />
      <p className={styles.claim}>Nothing leaves this computer.</p>
      <div className={styles.end}>
        <PrivacyBadge />
        <DeviceBadge />
        <ThemeSwitch />
      </div>
    </header>
  );
}
