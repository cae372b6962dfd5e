/** Addresses of the site's pages, from its root. */
export const address = {
  home: '/',
  investigation: (slug: string): string => `/i/${slug}/`,
  send: (slug: string): string => `/i/${slug}/send/`,
  feed: (slug: string): string => `/i/${slug}/feed.xml`,
  data: (slug: string): string => `/i/${slug}/data.json`,
  evidence: (slug: string, id: string): string => `/i/${slug}/evidence/${id}/`,
  analysis: (slug: string, id: string): string => `/i/${slug}/evidence/${id}/analysis.json`,
} as const;
