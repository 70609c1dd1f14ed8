import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Catalog, MethodInfo } from '../protocol.ts';

export interface CatalogState extends Catalog {
  readonly loaded: boolean;
  set(catalog: Catalog): void;
}

export type CatalogStore = StoreApi<CatalogState>;

/** What this build offers, as the worker said when it started. */
export function createCatalogStore(): CatalogStore {
  return createStore((set) => ({
    loaded: false,
    methods: [],
    training: [],
    bundled: [],
    hub: [],
    demos: [],
    set: (catalog) => set({ ...catalog, loaded: true }),
  }));
}

export function findMethod(catalog: Catalog, name: string | null): MethodInfo | null {
  return catalog.methods.find((method) => method.name === name) ?? null;
}
