import type { ComponentType } from 'preact';

/** What the browser loads, by the name that the document carries; one chunk a page. */
type Load = () => Promise<ComponentType<never>>;

export const PAGES: Readonly<Record<string, Load>> = {};
