import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bounded, filesOf, MAX_FILES, pastedFiles, type Dropped } from './drop.ts';

/** Takes files by drop, picker, folder and paste. */
export function DropArea({
  onFiles,
  isReady,
}: {
  readonly onFiles: (files: readonly File[]) => void;
  /** False in the published file: nothing would take what is dropped. */
  readonly isReady: boolean;
}): VNode {
  const [isOver, setOver] = useState(false);
  const [said, setSaid] = useState('');
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  const take = ({ files: taken, cut }: Dropped): void => {
    setSaid(
      cut
        ? `Only the first ${MAX_FILES} files were taken: join the others in one archive (zip, tar.gz).`
        : taken.length === 0
          ? 'There was no file in that.'
          : `${taken.length} ${taken.length === 1 ? 'file' : 'files'} added.`,
    );
    onFiles(taken);
  };

  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const inField = event.target instanceof HTMLElement && event.target.closest('input, textarea, [contenteditable]');
      if (inField || !event.clipboardData) return;
      const pasted = pastedFiles(event.clipboardData, Date.now());
      if (pasted.length === 0) return;
      event.preventDefault();
      take(bounded(pasted));
    };
    // A file that misses the area must not replace the page, and what was typed with it.
    const onStray = (event: DragEvent): void => event.preventDefault();
    document.addEventListener('paste', onPaste);
    document.addEventListener('dragover', onStray);
    document.addEventListener('drop', onStray);
    return () => {
      document.removeEventListener('paste', onPaste);
      document.removeEventListener('dragover', onStray);
      document.removeEventListener('drop', onStray);
    };
  }, [onFiles]);

  const picked = (input: HTMLInputElement): void => {
    take(bounded([...(input.files ?? [])]));
    // The same file may be chosen again after it was removed.
    input.value = '';
  };

  return (
    <div
      class={isOver ? 'drop over' : 'drop'}
      data-drop
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!event.dataTransfer) return;
        filesOf(event.dataTransfer).then(take, () => setSaid('That could not be read. Choose the files instead.'));
      }}
    >
      <DropMark />
      <p class="drop-words">Drop files or folders here</p>
      <p class="quiet">or paste them. Several at once, of any size.</p>
      <div class="row">
        <button type="button" class="button" disabled={!isReady} onClick={() => files.current?.click()}>
          Choose files
        </button>
        <button type="button" class="button" disabled={!isReady} onClick={() => folder.current?.click()}>
          Choose a folder
        </button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to send"
        onChange={(event) => picked(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="A folder to send"
        {...{ webkitdirectory: true }}
        onChange={(event) => picked(event.currentTarget)}
      />
      <p class="unseen" role="status">
        {said}
      </p>
    </div>
  );
}

/** A page that goes down into a tray. */
function DropMark(): VNode {
  return (
    <svg class="drop-mark" width="40" height="40" viewBox="0 0 40 40" aria-hidden="true">
      <path
        d="M20 5v20m-8-8 8 8 8-8M5 26v7a2 2 0 0 0 2 2h26a2 2 0 0 0 2-2v-7"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
