import { filesOf, removeFiles, writeFile } from './project-files.ts';
import type { ProjectIndex } from './project-index.ts';
import { withoutUnfinished, type ProjectInfo } from './records.ts';

/** Makes `copy` a project with all that `project` holds. Where that fails, nothing of it stays. */
export async function copyProject(
  index: ProjectIndex,
  project: string,
  copy: ProjectInfo,
): Promise<void> {
  try {
    const contents = await index.load(project);
    for await (const { kind, name, file } of filesOf(project)) {
      await writeFile(copy.id, kind, name, file.stream());
    }
    await index.add(copy, withoutUnfinished(contents));
  } catch (error) {
    await removeFiles(copy.id);
    throw error;
  }
}

/** Deletes a project: first from the index, so that a crash leaves files without a name, never names without files. */
export async function removeProject(index: ProjectIndex, project: string): Promise<void> {
  await index.remove(project);
  await removeFiles(project);
}
