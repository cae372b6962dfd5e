/** Members that only a document of an office program has: Office Open XML, OpenDocument, Apple's iWork. */
const TELLING =
  /^(?:xl\/workbook\.(?:xml|bin)|word\/document\.xml|ppt\/presentation\.xml|Index\/Document\.iwa|Index\.zip)$/;

/** True for a zip that is one document and not an archive of files. */
export function isOfficeDocument(members: readonly { readonly name: string }[]): boolean {
  const has = (name: string): boolean => members.some((member) => member.name === name);
  return (
    members.some(({ name }) => TELLING.test(name)) ||
    (has('mimetype') && has('content.xml') && has('META-INF/manifest.xml'))
  );
}
