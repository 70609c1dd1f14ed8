import { Button } from './components/button.tsx';
import { Dialog } from './components/dialog.tsx';
import { useApp } from './studio-context.ts';

/** The question the page waits for an answer to, if any. */
export function QuestionDialog() {
  const question = useApp((state) => state.question);
  if (!question) return null;
  const { title, text, confirm, answer } = question;
  return (
    <Dialog
      open
      onOpenChange={() => answer(false)}
      title={title}
      description={text}
      footer={
        <>
          <Button onClick={() => answer(false)}>Cancel</Button>
          <Button variant="primary" onClick={() => answer(true)}>
            {confirm}
          </Button>
        </>
      }
    />
  );
}
