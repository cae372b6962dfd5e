import './style/index.css';
import 'uplot/dist/uPlot.min.css';
import { h, hydrate, type ComponentType } from 'preact';
import { PAGES } from './pages/registry.ts';

/** The one script of the site: hydrates the page that the document names. Without it every page still reads. */
const data = document.getElementById('page-data');
const root = document.getElementById('page');
if (data && root) {
  const { page, props } = JSON.parse(data.textContent) as { page: string; props: object };
  const load = PAGES[page];
  // The document was rendered by the server from the same component and props.
  if (load) hydrate(h((await load()) as ComponentType<object>, props), root);
}
