/** A module with all that it imports, as one text, and their licences; see `scripts/one-script.ts`. */
declare module '*?one-script' {
  export const code: string;
  export const licenses: string;
}
