import { Select as Primitive } from 'radix-ui';
import { useId } from 'react';
import { ChevronDownIcon, TickIcon } from './icons.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './select.module.css';

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly help?: string;
}

interface SelectProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly describedBy?: string;
}

export function Select(props: SelectProps) {
  const { label, hideLabel = false, value, options, onChange, placeholder, disabled } = props;
  const labelId = useId();
  const text = <span id={labelId}>{label}</span>;
  return (
    <div className={styles.field}>
      {hideLabel ? <VisuallyHidden>{text}</VisuallyHidden> : text}
      <Primitive.Root value={value} onValueChange={onChange} disabled={disabled}>
        <Primitive.Trigger
          className={styles.trigger}
          aria-labelledby={labelId}
          aria-describedby={props.describedBy}
        >
          <span className={styles.value}>
            <Primitive.Value placeholder={placeholder} />
          </span>
          <Primitive.Icon className={styles.icon}>
            <ChevronDownIcon />
          </Primitive.Icon>
        </Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content className={styles.content} position="popper" sideOffset={4}>
            <Primitive.Viewport>
              {options.map((option) => (
                <Primitive.Item key={option.value} value={option.value} className={styles.item}>
                  <span className={styles.tick}>
                    <Primitive.ItemIndicator>
                      <TickIcon />
                    </Primitive.ItemIndicator>
                  </span>
                  <span>
                    <Primitive.ItemText>{option.label}</Primitive.ItemText>
                    {option.help && <span className={styles.help}>{option.help}</span>}
                  </span>
                </Primitive.Item>
              ))}
            </Primitive.Viewport>
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </div>
  );
}
