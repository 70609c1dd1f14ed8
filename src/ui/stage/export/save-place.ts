/** Files too large for a download by hand: the person says where they go, and they are written there piece by piece. */

declare global {
  interface Window {
    /** Not in every browser. */
    showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
  }
  interface FileSystemFileHandle {
    /** Not in every browser. */
    remove?(): Promise<void>;
  }
}

export interface SavePlace {
  save(file: Blob): Promise<void>;
  /** Leaves nothing there. */
  giveUp(): Promise<void>;
}

export const canChoosePlace = (): boolean => window.showSaveFilePicker !== undefined;

/**
 * Asks for a place. Browsers do so only right after a press: before the file is made, that is.
 * Null where the person thought better of it.
 */
export async function choosePlace(suggestedName: string): Promise<SavePlace | null> {
  const handle = await window.showSaveFilePicker?.({ suggestedName }).catch(unlessAborted);
  if (!handle) return null;
  return {
    async save(file) {
      // The stream closes the file, or leaves it as it was where it breaks off.
      await file.stream().pipeTo(await handle.createWritable());
    },
    async giveUp() {
      await handle.remove?.().catch(() => undefined);
    },
  };
}

function unlessAborted(error: unknown): null {
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  throw error;
}
