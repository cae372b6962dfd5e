import type { ComponentType } from 'preact';
import { whatIsMissing } from '../../analysis/casework/what-is-missing.ts';
import type { Investigation } from '../../model/investigation.ts';
import { renderDocument } from '../../../web/document.tsx';
import { AnalysePage } from '../../../web/pages/analyse.tsx';
import { DeskPage } from '../../../web/pages/desk.tsx';
import { MissingPage } from '../../../web/pages/missing.tsx';
import { ReceiptPage } from '../../../web/pages/receipt.tsx';
import { SendPage } from '../../../web/pages/send.tsx';
import { SignInPage } from '../../../web/pages/sign-in.tsx';
import type { Deps } from '../deps.ts';
import { siteKeys } from '../keys.ts';
import { htmlFile, type SiteFile } from './site-file.ts';

type ShellDeps = Pick<Deps, 'config' | 'assets'>;

/** The pages that act: static files like the rest, the same for everybody; what is private they ask of the API. */
export function actingPages(deps: ShellDeps): SiteFile[] {
  const way = deps.config.oidc ? ('oidc' as const) : ('link' as const);
  return [
    shell(
      deps,
      siteKeys.analyse,
      'analyse',
      AnalysePage,
      { missing: whatIsMissing({ status: 'open' }, []) },
      'Analyse a file',
      'Is it a leak, in which memory, and what holds it: read in your browser, nothing is sent.',
    ),
    shell(deps, siteKeys.missing, 'missing', MissingPage, {}, 'Not here', 'There is nothing at this address.'),
    shell(deps, siteKeys.receipt, 'receipt', ReceiptPage, {}, 'Receipt', 'Follow or delete what you sent.'),
    shell(deps, siteKeys.desk, 'desk', DeskPage, {}, 'Desk', 'Where maintainers work.'),
    shell(deps, siteKeys.signIn, 'sign-in', SignInPage, { way }, 'Sign in', 'For maintainers.'),
  ];
}

export function sendPage(deps: ShellDeps, { slug, title, publicToken }: Investigation): SiteFile {
  const { publicUrl, limits } = deps.config;
  const props = {
    slug,
    title,
    publicToken,
    publicUrl,
    limits: { fileBytes: limits.fileBytes, reportBytes: limits.reportBytes },
  };
  return shell(
    deps,
    siteKeys.send(slug),
    'send',
    SendPage,
    props,
    `Send evidence: ${title}`,
    'Analysed in your browser or here; raw files stay private.',
  );
}

function shell<P extends object>(
  { config, assets }: ShellDeps,
  key: string,
  page: string,
  component: ComponentType<P>,
  props: P,
  title: string,
  description: string,
): SiteFile {
  const url = `${config.publicUrl}/${key.replace(/index\.html$/, '')}`;
  return htmlFile(key, renderDocument({ page, component, props, title, description, url, assets }));
}
