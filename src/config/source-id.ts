/** What the engine calls a source of a folder's own settings: two folders may have sources of the same id. */
export function idInFolder(folder: string, id: string): string {
  return `${folder}/${id}`;
}
