import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useProject } from '../studio-context.ts';
import styles from './project-menu.module.css';

/** The project is open in another tab: the ways on from here. */
export function ElsewhereDialog() {
  const status = useProject((state) => state.status);
  const projects = useProject((state) => state.projects);
  const goTo = useProject((state) => state.goTo);
  const create = useProject((state) => state.create);
  const takeOver = useProject((state) => state.takeOver);
  if (status.phase !== 'elsewhere') return null;
  const { id, name } = status.info;
  const { taking } = status;
  const others = projects.filter((project) => project.id !== id);
  return (
    <Dialog
      open
      mustAnswer
      onOpenChange={() => undefined}
      title={`“${name}” is open in another tab`}
      description="Two tabs would overwrite each other’s work. Go on there, or open it here: then the other tab lets go of it, and a training that runs there stops and can go on here from where it was. Or open another project."
      footer={
        <>
          <Button disabled={taking} onClick={() => void create(nextName(projects))}>
            New project
          </Button>
          <Button variant="primary" disabled={taking} onClick={() => void takeOver()}>
            {taking ? 'Waiting for the other tab…' : 'Open it here'}
          </Button>
        </>
      }
    >
      {others.length > 0 && (
        <ul className={styles.choices} aria-label="Other projects">
          {others.map((project) => (
            <li key={project.id}>
              <Button wide onClick={() => void goTo(project.id)}>
                {project.name}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function nextName(projects: readonly { readonly name: string }[]): string {
  return `Project ${projects.length + 1}`;
}
