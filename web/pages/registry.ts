import type { ComponentType } from 'preact';

/** What the browser loads, by the name that the document carries; one chunk a page. */
type Load = () => Promise<ComponentType<never>>;

export const PAGES: Readonly<Record<string, Load>> = {
  home: () => import('./home.tsx').then(({ HomePage }) => HomePage),
  investigation: () => import('./investigation.tsx').then(({ InvestigationPage }) => InvestigationPage),
  evidence: () => import('./evidence.tsx').then(({ EvidencePage }) => EvidencePage),
  analyse: () => import('./analyse.tsx').then(({ AnalysePage }) => AnalysePage),
  desk: () => import('./desk.tsx').then(({ DeskPage }) => DeskPage),
  missing: () => import('./missing.tsx').then(({ MissingPage }) => MissingPage),
  receipt: () => import('./receipt.tsx').then(({ ReceiptPage }) => ReceiptPage),
  send: () => import('./send.tsx').then(({ SendPage }) => SendPage),
  'sign-in': () => import('./sign-in.tsx').then(({ SignInPage }) => SignInPage),
};
