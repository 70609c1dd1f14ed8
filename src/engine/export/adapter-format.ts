/** What the `format` entry of an adapter's metadata says. */
export const ADAPTER_FORMAT = 'san-studio-adapter';
