/** Addresses of what `assembly/` is compiled to; see `scripts/assembly-script.ts`. */

declare module '*?kernels=shared,relaxed' {
  export const url: string;
}
declare module '*?kernels=shared' {
  export const url: string;
}
declare module '*?kernels=relaxed' {
  export const url: string;
}
declare module '*?kernels=' {
  export const url: string;
}
