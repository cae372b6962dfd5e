/** The files in what was dropped, folders included. Bounded: a dropped home folder must not hang the page. */
export const MAX_FILES = 500;
const MAX_DEPTH = 12;

export interface Dropped {
  readonly files: File[];
  /** True when there were more than `MAX_FILES`. */
  readonly cut: boolean;
}

/** Must be called while the event is handled: afterwards the list of items is empty. */
export async function filesOf(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []));
  // Where folders are not told apart there are files only.
  if (entries.length === 0) return bounded([...transfer.files]);
  const files: File[] = [];
  let level: FileSystemEntry[] = entries;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && files.length <= MAX_FILES; depth++) {
    const next: FileSystemEntry[] = [];
    for (const entry of level) {
      if (files.length > MAX_FILES) break;
      if (entry.isFile) files.push(await fileOf(entry as FileSystemFileEntry));
      else if (entry.isDirectory) next.push(...(await childrenOf(entry as FileSystemDirectoryEntry)));
    }
    level = next;
  }
  return bounded(files);
}

export function bounded(files: readonly File[]): Dropped {
  // What operating systems leave in folders.
  const wanted = files.filter((file) => file.name !== '.DS_Store' && file.name !== 'Thumbs.db');
  return { files: wanted.slice(0, MAX_FILES), cut: wanted.length > MAX_FILES };
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const children: FileSystemEntry[] = [];
  while (children.length <= MAX_FILES) {
    // A reader answers at most 100 entries a call, and none when there are no more.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    children.push(...some);
  }
  return children;
}

/** What was pasted: files, or text as a file (a `kubectl top` copied from a terminal is evidence). */
export function pastedFiles(transfer: DataTransfer, nowMs: number): File[] {
  const files = [...transfer.files];
  if (files.length > 0) return files;
  const text = transfer.getData('text/plain');
  if (text.trim() === '') return [];
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-');
  return [new File([text], `pasted-${stamp}.txt`, { type: 'text/plain', lastModified: nowMs })];
}
