/**
 * `attachment` with any name, RFC 6266: an ASCII form for old clients and the exact one in UTF-8 (RFC 8187). Path
 * separators and control characters become `_`: a name never says where to save.
 */
export function attachment(downloadName: string): string {
  const safe = Array.from(downloadName.toWellFormed())
    .slice(0, 200)
    .map((character) => (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]/u.test(character) ? '_' : character))
    .join('')
    .replace(/^\.+/, '_');
  const name = safe === '' ? 'download' : safe;
  const ascii = name.replace(/[^\x20-\x7e]|["%;]/g, '_');
  const exact = encodeURIComponent(name).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `attachment; filename="${ascii}"; filename*=UTF-8''${exact}`;
}
