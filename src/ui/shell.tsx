import styles from './shell.module.css';
import { Stage } from './stage/stage.tsx';

export function Shell() {
  return (
    <div className={styles.page}>
      <main className={styles.columns}>
        <section className={styles.steps} aria-label="Steps" />
        <section className={styles.stage} aria-label="Stage">
          <Stage />
        </section>
      </main>
    </div>
  );
}
