import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Catalog, DemoCard, MethodInfo, ModelCard } from '../protocol.ts';

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

export function findBundled(catalog: Catalog, name: string): ModelCard | null {
  return catalog.bundled.find((card) => card.name === name) ?? null;
}

export function findDemo(catalog: Catalog, name: string): DemoCard | null {
  return catalog.demos.find((demo) => demo.name === name) ?? null;
}
