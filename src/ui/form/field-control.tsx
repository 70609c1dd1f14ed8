import { useId, useState } from 'react';
import { Tooltip } from 'radix-ui';
import type { ChoiceField, Field, FieldValue, SwitchField } from '../../protocol.ts';
import { Select } from '../components/select.tsx';
import { Switch } from '../components/switch.tsx';
import { VisuallyHidden } from '../components/visually-hidden.tsx';
import bubble from '../components/tooltip.module.css';
import { useNarrow } from '../use-narrow.ts';
import { NumberControl } from './number-control.tsx';

interface ControlProps<F extends Field> {
  readonly field: F;
  readonly value: FieldValue;
  readonly problem: string | null;
  readonly onChange: (value: FieldValue) => void;
  readonly disabled: boolean;
}

/** One field of a catalog form, with its explanation beside it while it has the focus. */
export function FieldControl(props: ControlProps<Field>) {
  const helpId = useId();
  const [focused, setFocused] = useState(false);
  const narrow = useNarrow();
  return (
    <Tooltip.Provider>
      <Tooltip.Root open={focused && props.field.help !== ''}>
        <Tooltip.Trigger asChild>
          <div
            role="group"
            aria-label={props.field.label}
            // A choice's open list counts as within for React, and Escape is to close that one.
            onFocus={({ currentTarget, target }) => setFocused(currentTarget.contains(target))}
            onBlur={() => setFocused(false)}
          >
            <Control {...props} describedBy={helpId} />
            <VisuallyHidden>
              <span id={helpId}>{props.field.help}</span>
            </VisuallyHidden>
          </div>
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            className={bubble.content}
            side={narrow ? 'top' : 'right'}
            align="center"
            sideOffset={8}
            collisionPadding={8}
            onEscapeKeyDown={() => setFocused(false)}
            aria-hidden="true"
          >
            {props.field.help}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}

type DescribedProps<F extends Field> = ControlProps<F> & { readonly describedBy: string };

function Control(props: DescribedProps<Field>) {
  const { field } = props;
  switch (field.kind) {
    case 'number':
      return <NumberControl {...props} field={field} />;
    case 'choice':
      return <ChoiceControl {...props} field={field} />;
    case 'switch':
      return <SwitchControl {...props} field={field} />;
    default: {
      const unknown: never = field;
      return unknown;
    }
  }
}

function ChoiceControl({ field, value, ...rest }: DescribedProps<ChoiceField>) {
  return <Select label={field.label} value={String(value)} options={field.options} {...rest} />;
}

function SwitchControl({ field, value, ...rest }: DescribedProps<SwitchField>) {
  return <Switch label={field.label} checked={value === true} {...rest} />;
}
