import { DropdownMenu } from 'radix-ui';
import { useRef, useState } from 'react';
import type { ProjectState } from '../../stores/project.ts';
import { isRunning } from '../../stores/run.ts';
import { saveFile } from '../charts/save-file.ts';
import { classNames } from '../class-names.ts';
import { ChevronDownIcon, TickIcon } from '../components/icons.tsx';
import menu from '../components/menu.module.css';
import { useApp, useProject, useRun, useStudio } from '../studio-context.ts';
import { ProjectMoving } from './project-moving.tsx';
import { ProjectNameDialog, type ProjectWish } from './project-name-dialog.tsx';
import { StorageLine } from './storage-line.tsx';
import styles from './project-menu.module.css';

/** The project's name; pressed, what can be done with it, and the other ones. */
export function ProjectMenu() {
  const status = useProject((state) => state.status);
  const unkept = useProject((state) => state.unkept);
  const refresh = useProject((state) => state.refresh);
  const [wish, setWish] = useState<ProjectWish | null>(null);
  if (status.phase === 'off') return null;
  const name = status.phase === 'opening' ? 'Opening…' : status.info.name;
  return (
    <>
      <DropdownMenu.Root modal={false} onOpenChange={(open) => open && void refresh()}>
        <DropdownMenu.Trigger
          className={styles.trigger}
          aria-label={`Project: ${name}`}
          disabled={status.phase !== 'open'}
        >
          <span className={styles.name}>{name}</span>
          {unkept !== null && <span className={styles.unkept}>not kept</span>}
          <ChevronDownIcon />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            className={classNames(menu.content, styles.content)}
            align="start"
            sideOffset={4}
            collisionPadding={8}
          >
            <Kept />
            <DropdownMenu.Separator className={styles.separator} />
            <Others />
            <DropdownMenu.Separator className={styles.separator} />
            <Actions onWish={setWish} />
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {wish && <ProjectNameDialog wish={wish} onClose={() => setWish(null)} />}
      <ProjectMoving />
    </>
  );
}

/** Whether everything is kept, and the room it takes. */
function Kept() {
  const unkept = useProject((state) => state.unkept);
  return (
    <DropdownMenu.Label className={styles.kept}>
      {unkept ?? 'Everything here is kept in this browser as you go.'}
      <StorageLine />
    </DropdownMenu.Label>
  );
}

function Others() {
  const projects = useProject((state) => state.projects);
  const status = useProject((state) => state.status);
  const leave = useLeave();
  const present = status.phase === 'open' ? status.info.id : null;
  return (
    <DropdownMenu.Group className={styles.others} aria-label="Projects">
      {projects.map(({ id, name }) => (
        <DropdownMenu.CheckboxItem
          key={id}
          className={menu.item}
          checked={id === present}
          onSelect={() => id !== present && leave((project) => void project.goTo(id))}
        >
          <span className={styles.mark}>{id === present && <TickIcon />}</span>
          <span className={styles.name}>{name}</span>
        </DropdownMenu.CheckboxItem>
      ))}
    </DropdownMenu.Group>
  );
}

function Actions({ onWish }: { readonly onWish: (wish: ProjectWish) => void }) {
  const { app, project } = useStudio();
  const running = useRun((state) => isRunning(state.phase));
  const leave = useLeave();
  const input = useRef<HTMLInputElement>(null);
  const save = async () => {
    const file = await project.getState().pack();
    if (file) saveFile(file, file.name);
  };
  const remove = async () => {
    const { status } = project.getState();
    if (status.phase !== 'open') return;
    const yes = await app.getState().ask({
      title: `Delete “${status.info.name}”?`,
      text: 'Its images, settings and runs are deleted from this browser. This cannot be undone; a project saved as a file can be opened again.',
      confirm: 'Delete it',
    });
    if (yes) await project.getState().remove();
  };
  return (
    <>
      <Item onSelect={() => leave(() => onWish('create'))}>New project…</Item>
      <Item onSelect={() => onWish('rename')}>Rename…</Item>
      <Item onSelect={() => leave(() => onWish('duplicate'))}>Duplicate…</Item>
      <Item onSelect={() => void save()}>Save as a file</Item>
      <Item
        onSelect={(event) => {
          event.preventDefault();
          input.current?.click();
        }}
      >
        Open from a file…
      </Item>
      <Item disabled={running} onSelect={() => void remove()}>
        Delete…
      </Item>
      <input
        ref={input}
        type="file"
        accept=".zip"
        hidden
        aria-label="Project file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) leave((state) => void state.unpack(file));
        }}
      />
    </>
  );
}

function Item(props: DropdownMenu.DropdownMenuItemProps) {
  return <DropdownMenu.Item className={menu.item} {...props} />;
}

/** Does what leaves this project; a training that would end by it is asked about first. */
function useLeave(): (go: (project: ProjectState) => void) => void {
  const { project, run } = useStudio();
  const ask = useApp((state) => state.ask);
  return (go) => {
    const ready = isRunning(run.getState().phase)
      ? ask({
          title: 'End the training?',
          text: 'Another project opens in this tab, and the training that is under way ends without a result. Stop it first to keep what it has learned.',
          confirm: 'End it',
        })
      : Promise.resolve(true);
    void ready.then((yes) => yes && go(project.getState()));
  };
}
