import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { Studio } from '../stores/studio.ts';

export const StudioContext = createContext<Studio | null>(null);

/** The stores around this page's trainer. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (!studio) throw new Error('useStudio needs a StudioContext above it.');
  return studio;
}

function hookFor<State>(storeOf: (studio: Studio) => StoreApi<State>) {
  return function useSelected<T>(select: (state: State) => T): T {
    return useStore(storeOf(useStudio()), select);
  };
}

/* Select primitives or stable objects, or the component renders too often. */
export const useApp = hookFor((studio) => studio.app);
export const useCatalog = hookFor((studio) => studio.catalog);
export const useDataset = hookFor((studio) => studio.dataset);
export const useConfig = hookFor((studio) => studio.config);
export const useRun = hookFor((studio) => studio.run);
export const useResults = hookFor((studio) => studio.results);
export const usePrivacy = hookFor((studio) => studio.privacy);
export const useProject = hookFor((studio) => studio.project);
export const useRace = hookFor((studio) => studio.race);
