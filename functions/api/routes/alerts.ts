import { z } from 'zod';
import { grafanaDashboard, prometheusRules } from '../../hub/alert-exports.ts';
import { changeAlert, createAlert, deleteAlert, listAlerts } from '../../hub/alerts.ts';
import { podsOfEvidence } from '../../hub/pods-of-evidence.ts';
import { getInvestigation } from '../../hub/open-investigation.ts';
import { Alert, NewAlert } from '../../model/alert.ts';
import { partialOf } from '../../model/partial.ts';
import { defineRoute, type Route } from '../define-route.ts';
import { BySlug, BySlugAndId } from './parameters.ts';

const noun = 'alerts';
const Shown = Alert.omit({ heard: true });

export const alertRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/api/investigations/:slug/alerts',
    noun,
    summary: 'The alerts of an investigation, and what they fire for',
    who: 'maintainer',
    params: BySlug,
    answer: z.array(Shown),
    handle: ({ deps, params }) => listAlerts(deps, params.slug),
  }),
  defineRoute({
    method: 'post',
    path: '/api/investigations/:slug/alerts',
    noun,
    summary: 'Add an alert: evaluated with every analysis of evidence and pushes',
    who: 'maintainer',
    params: BySlug,
    body: NewAlert,
    answer: Shown,
    status: 201,
    handle: ({ deps, params, body, by }) => createAlert(deps, params.slug, body, by),
  }),
  defineRoute({
    method: 'patch',
    path: '/api/investigations/:slug/alerts/:id',
    noun,
    summary: 'Change an alert, or disable it',
    who: 'maintainer',
    params: BySlugAndId,
    body: partialOf(NewAlert).extend({ version: z.number().int().min(1) }),
    answer: Shown,
    handle: ({ deps, params, body, by }) => changeAlert(deps, params.slug, params.id, body, by),
  }),
  defineRoute({
    method: 'delete',
    path: '/api/investigations/:slug/alerts/:id',
    noun,
    summary: 'Delete an alert',
    who: 'maintainer',
    params: BySlugAndId,
    status: 204,
    handle: ({ deps, params, by }) => deleteAlert(deps, params.slug, params.id, by),
  }),
  defineRoute({
    method: 'get',
    path: '/api/investigations/:slug/prometheus-rules.yaml',
    noun,
    summary: 'The same alerts as a rules file of Prometheus',
    who: 'anyone',
    params: BySlug,
    answerText: 'YAML, valid for promtool',
    async handle({ deps, c, params: { slug } }) {
      await getInvestigation(deps, slug);
      const text = prometheusRules(
        slug,
        await listAlerts(deps, slug),
        `${deps.config.publicUrl}/i/${slug}/`,
        await podsOfEvidence(deps, slug),
      );
      return c.body(text, 200, { 'Content-Type': 'application/yaml; charset=utf-8' });
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/investigations/:slug/grafana-dashboard.json',
    noun,
    summary: "A Grafana dashboard of the investigation's containers",
    who: 'anyone',
    params: BySlug,
    answerText: 'JSON to import in Grafana',
    async handle({ deps, c, params: { slug } }) {
      const { title } = await getInvestigation(deps, slug);
      return c.json(
        grafanaDashboard(slug, title, `${deps.config.publicUrl}/i/${slug}/`, await podsOfEvidence(deps, slug)),
      );
    },
  }),
];
