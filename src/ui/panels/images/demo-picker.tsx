import { DropdownMenu } from 'radix-ui';
import { useCatalog, useStudio } from '../../studio-context.ts';
import { Button } from '../../components/button.tsx';
import { ChevronDownIcon } from '../../components/icons.tsx';
import menu from '../../components/menu.module.css';
import styles from './demo-picker.module.css';

/** Loads a generated task in place of the person's own images. */
export function DemoPicker({ disabled }: { readonly disabled: boolean }) {
  const studio = useStudio();
  const demos = useCatalog((state) => state.demos);
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button className={styles.trigger} disabled={disabled || demos.length === 0}>
          Use a demo task <ChevronDownIcon />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.content} sideOffset={4} align="start">
          {demos.map((demo) => (
            <DropdownMenu.Item
              key={demo.name}
              className={menu.item}
              onSelect={() => void studio.loadDemo(demo.name)}
            >
              <span>
                {demo.label}
                <span className={menu.help}>{demo.summary}</span>
              </span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
