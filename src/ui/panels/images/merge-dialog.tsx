import { useState } from 'react';
import type { DatasetClass } from '../../../stores/dataset-contents.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Select } from '../../components/select.tsx';
import { useDataset } from '../../studio-context.ts';

interface MergeDialogProps {
  readonly entry: DatasetClass;
  readonly onClose: () => void;
}

export function MergeDialog({ entry, onClose }: MergeDialogProps) {
  const classes = useDataset((state) => state.classes);
  const mergeClasses = useDataset((state) => state.mergeClasses);
  const others = classes.filter(({ id }) => id !== entry.id);
  const [into, setInto] = useState(String(others[0]?.id ?? ''));
  const merge = () => {
    mergeClasses([entry.id], Number(into));
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Merge “${entry.name}”`}
      description="Its images move to the class you choose, and it disappears. You can undo this."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={into === ''} onClick={merge}>
            Merge
          </Button>
        </>
      }
    >
      <Select
        label="Into"
        value={into}
        options={others.map(({ id, name }) => ({ value: String(id), label: name }))}
        onChange={setInto}
      />
    </Dialog>
  );
}
