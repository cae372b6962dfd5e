import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { InvestigationPatch, NewInvestigation } from '../../functions/model/investigation.ts';
import { call, ignore } from '../calls/call.ts';
import { pathOf } from './desk-data.ts';
import { RecordForm } from './record-form.tsx';
import { EDIT_INVESTIGATION, NEW_INVESTIGATION } from './specs.ts';
import type { Desk } from './use-desk.ts';

/** Edits the investigation itself. Only what changed is sent, with the version it was read at. */
export function Settings({ desk }: { readonly desk: Desk }): VNode {
  const [savedVersion, setSavedVersion] = useState<number>();
  const { investigation, slug } = desk;
  return (
    <div class="stack">
      <div aria-live="polite">
        {savedVersion !== undefined && <p class="notice good">Saved. The published page follows in a moment.</p>}
      </div>
      <RecordForm
        // A new version is a new form; while somebody writes, the record they read stays theirs until they save.
        key={savedVersion ?? 0}
        name={`${slug}.settings`}
        specs={EDIT_INVESTIGATION}
        schema={InvestigationPatch}
        record={investigation}
        submit="Save"
        onSubmit={async (fields, base) => {
          const version = (base as Desk['investigation'] | undefined)?.version ?? investigation.version;
          await call('PATCH', pathOf(slug), ignore, { body: { ...fields, version } });
          await desk.reload();
        }}
        onDone={() => setSavedVersion((before) => (before ?? 0) + 1)}
      />
    </div>
  );
}

/** Opens an investigation. */
export function OpenInvestigation({ onOpened }: { readonly onOpened: (slug: string) => void }): VNode {
  const [slug, setSlug] = useState('');
  return (
    <RecordForm
      name="new"
      specs={NEW_INVESTIGATION}
      schema={NewInvestigation}
      submit="Open the investigation"
      onSubmit={async (fields) => {
        await call('POST', '/api/investigations', ignore, { body: fields });
        setSlug(String(fields['slug']));
        onOpened(String(fields['slug']));
      }}
      onDone={() => {
        if (slug !== '') onOpened(slug);
      }}
    />
  );
}
