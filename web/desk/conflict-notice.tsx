import type { VNode } from 'preact';
import type { Draft } from '../form/draft.ts';
import { conflictsOf, type FieldSpec } from './field-spec.ts';

/** Somebody else was faster: shows what they changed, and joins both. */
export function ConflictNotice({
  specs,
  base,
  current,
  draft,
  onMerge,
}: {
  readonly specs: readonly FieldSpec[];
  readonly base: object;
  readonly current: object;
  readonly draft: Draft;
  readonly onMerge: () => void;
}): VNode {
  const conflicts = conflictsOf(specs, base, current, draft);
  return (
    <div class="notice warning stack-tight" role="alert">
      <p>
        <strong>Somebody changed this while you were writing.</strong> Nothing was saved, and nothing of yours is lost.
      </p>
      {conflicts.length > 0 && (
        <div class="table-wrap">
          <table class="table">
            <caption class="unseen">What changed meanwhile</caption>
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">was</th>
                <th scope="col">is now</th>
                <th scope="col">in your form</th>
              </tr>
            </thead>
            <tbody>
              {conflicts.map(({ label, was, isNow, mine }) => (
                <tr>
                  <th scope="row">{label}</th>
                  <td>{excerpt(was)}</td>
                  <td>{excerpt(isNow)}</td>
                  <td>{excerpt(mine)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="row">
        <button type="button" class="button small" onClick={onMerge}>
          Take theirs where I wrote nothing
        </button>
        <span class="quiet">Then check the form and save again.</span>
      </p>
    </div>
  );
}

const excerpt = (text: string): string => (text === '' ? 'empty' : text.length > 160 ? `${text.slice(0, 160)}…` : text);
