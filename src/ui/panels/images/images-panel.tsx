import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useDataset, useStudio } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import { useNarrow } from '../../use-narrow.ts';
import { DropTarget } from '../drop-target.tsx';
import { TaskProgress } from '../task-progress.tsx';
import { AnimatedFiles } from './animated-files.tsx';
import { ClassList } from './class-list.tsx';
import { DatasetHints } from './dataset-hints.tsx';
import { DemoPicker } from './demo-picker.tsx';
import { FileButton } from './file-button.tsx';
import { RejectedFiles } from './rejected-files.tsx';
import { useImport } from './use-import.ts';
import styles from './images-panel.module.css';

export function ImagesPanel() {
  const { importDrop } = useImport();
  const problem = useDataset((state) => state.problem);
  const dismissProblem = useDataset((state) => state.dismissProblem);
  const importing = useDataset((state) => state.importing);
  const isEmpty = useDataset((state) => state.images.size === 0 && state.classes.length === 0);
  return (
    <DropTarget
      className={styles.panel}
      hint="Drop images, folders or a zip"
      onDrop={(transfer) => void importDrop(transfer)}
    >
      {isEmpty && !importing && <Invitation />}
      {importing && <TaskProgress task={importing} />}
      {problem !== null && (
        <Notice tone="error" title="The images could not be read" onDismiss={dismissProblem}>
          {problem} What was here before is untouched.
        </Notice>
      )}
      <RejectedFiles />
      <AnimatedFiles />
      {!isEmpty && <ClassList />}
      <DatasetHints />
      <Sources />
    </DropTarget>
  );
}

function Invitation() {
  const studio = useStudio();
  const narrow = useNarrow();
  return (
    <div className={styles.invitation}>
      <strong>Drop a folder of images here</strong>
      <span>One folder per class: its name becomes the class. Loose files and zips work, too.</span>
      {narrow && (
        <Button variant="primary" className={styles.demo} onClick={() => void studio.tryDemo()}>
          Try the demo
        </Button>
      )}
    </div>
  );
}

function Sources() {
  const { importItems } = useImport();
  const busy = useDataset((state) => state.importing !== null);
  const running = useBusy();
  return (
    <div className={styles.sources}>
      <FileButton label="Folder of images" folder onFiles={(items) => void importItems(items)}>
        Choose a folder
      </FileButton>
      <FileButton label="Image files" onFiles={(items) => void importItems(items)}>
        Choose files
      </FileButton>
      <DemoPicker disabled={busy || running} />
    </div>
  );
}
