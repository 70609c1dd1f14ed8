/** A module with all that it imports, as one text; see `scripts/one-script.ts`. */
declare module '*?one-script' {
  export const code: string;
}
