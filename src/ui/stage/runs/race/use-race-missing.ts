import { useCatalog, useConfig, useDataset, useRace, useRun } from '../../../studio-context.ts';

/** What keeps the race from starting, as a sentence; follows the stores it depends on. */
export function useRaceMissing(): string | null {
  useCatalog((state) => state.loaded);
  useConfig((state) => state);
  useDataset((state) => state);
  useRun((state) => state.phase);
  useRace((state) => state.choice);
  return useRace((state) => state.missing)();
}
