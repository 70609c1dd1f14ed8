import { useId, useState } from 'react';
import { Button } from './button.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './name-form.module.css';

interface NameFormProps {
  readonly label: string;
  readonly initial: string;
  readonly submit: string;
  /** Returns why the name is refused, or null once it is taken. */
  readonly onSubmit: (name: string) => string | null;
  readonly onClose: () => void;
}

/** One name, typed in place: Enter takes it, Escape leaves it as it was. */
export function NameForm({ label, initial, submit, onSubmit, onClose }: NameFormProps) {
  const id = useId();
  const [name, setName] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const refused = onSubmit(name);
        setProblem(refused);
        if (refused === null) onClose();
      }}
    >
      <VisuallyHidden>
        <label htmlFor={id}>{label}</label>
      </VisuallyHidden>
      <input
        id={id}
        ref={focusAndSelect}
        className={styles.input}
        placeholder={label}
        value={name}
        autoComplete="off"
        aria-invalid={problem !== null}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
      />
      <Button type="submit">{submit}</Button>
      <Button variant="quiet" onClick={onClose}>
        Cancel
      </Button>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function focusAndSelect(input: HTMLInputElement | null): void {
  input?.focus();
  input?.select();
}
