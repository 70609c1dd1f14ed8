import { Dialog } from '../components/dialog.tsx';
import { NameForm } from '../components/name-form.tsx';
import { useProject } from '../studio-context.ts';

export type ProjectWish = 'create' | 'rename' | 'duplicate';

interface ProjectNameDialogProps {
  readonly wish: ProjectWish;
  readonly onClose: () => void;
}

const WORDS: Record<ProjectWish, { readonly title: string; readonly submit: string }> = {
  create: { title: 'New project', submit: 'Create' },
  rename: { title: 'Rename the project', submit: 'Rename' },
  duplicate: { title: 'Duplicate the project', submit: 'Duplicate' },
};

/** Asks for the name that a wish needs. */
export function ProjectNameDialog({ wish, onClose }: ProjectNameDialogProps) {
  const status = useProject((state) => state.status);
  const act = useProject((state) => state[wish]);
  const name = status.phase === 'open' ? status.info.name : '';
  const initial = { create: '', rename: name, duplicate: `${name} copy` }[wish];
  const { title, submit } = WORDS[wish];
  return (
    <Dialog open onOpenChange={onClose} title={title}>
      <NameForm
        label="Name of the project"
        initial={initial}
        submit={submit}
        onSubmit={act}
        onClose={onClose}
      />
    </Dialog>
  );
}
