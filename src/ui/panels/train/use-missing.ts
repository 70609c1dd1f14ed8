import { useStudio, useCatalog, useConfig, useDataset } from '../../studio-context.ts';

/** What keeps Train from starting, as a sentence; follows the three stores it depends on. */
export function useMissing(): string | null {
  const { missing } = useStudio();
  useCatalog((state) => state.loaded);
  useConfig((state) => state);
  useDataset((state) => state);
  return missing();
}
