export interface CurlLineOptions {
  readonly publicUrl: string;
  readonly slug: string;
  /** The public, submit-only token of the investigation, or a cluster's own. */
  readonly token: string;
  readonly file?: string;
}

/** One line from a shell to the hub: asks for a place (the receipt's address is printed on stderr), then sends the file there. */
export function curlLine({ publicUrl, slug, token, file = 'dump.hprof' }: CurlLineOptions): string {
  const address = `${publicUrl}/api/investigations/${slug}/evidence?name=${encodeURIComponent(file)}&size=$(wc -c <${file} | tr -d ' ')`;
  return `curl -fT ${file} "$(curl -fsS -w '%{stderr}%header{casebook-receipt}\\n' -X POST -H "Authorization: Bearer ${token}" "${address}")"`;
}
