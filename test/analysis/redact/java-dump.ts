/** Writes a small HPROF dump: a String with a value and a cached hash, an array of ints, a thread, names and a constant. */
export function javaDump(
  idBytes: 4 | 8,
  texts: { string: string; constant: string; thread: string; other: string },
): Uint8Array {
  const u1 = (n: number): number[] => [n & 255];
  const u2 = (n: number): number[] => [n >>> 8, n & 255];
  const u4 = (n: number): number[] => [...u2(n >>> 16), ...u2(n & 0xffff)];
  const id = (n: number): number[] => [...(idBytes === 8 ? u4(0) : []), ...u4(n)];
  const ascii = (text: string): number[] => Array.from(text, (one) => one.charCodeAt(0));
  const record = (tag: number, body: number[]): number[] => [tag, ...u4(0), ...u4(body.length), ...body];
  const name = (n: number, text: string): number[] => record(1, [...id(n), ...ascii(text)]);
  const load = (serial: number, cls: number, nameId: number): number[] =>
    record(2, [...u4(serial), ...id(cls), ...u4(0), ...id(nameId)]);
  const OBJECT = 2;
  const INT = 10;
  const classDump = (cls: number, above: number, size: number, fields: [nameId: number, type: number][]): number[] => [
    0x20,
    ...id(cls),
    ...u4(0),
    ...id(above),
    ...[0, 0, 0, 0, 0].flatMap(id),
    ...u4(size),
    ...u2(0),
    ...u2(1),
    ...[...id(13), INT, ...u4(4711)],
    ...u2(fields.length),
    ...fields.flatMap(([nameId, type]) => [...id(nameId), ...u1(type)]),
  ];
  const instance = (object: number, cls: number, fields: number[]): number[] => [
    0x21,
    ...id(object),
    ...u4(0),
    ...id(cls),
    ...u4(fields.length),
    ...fields,
  ];
  const bytes = (object: number, type: number, length: number, content: number[]): number[] => [
    0x23,
    ...id(object),
    ...u4(0),
    ...u4(length),
    type,
    ...content,
  ];
  const heap = [
    ...classDump(100, 0, 16, [
      [10, OBJECT],
      [11, INT],
      [13, INT],
    ]),
    ...classDump(101, 0, 16, [[12, OBJECT]]),
    ...instance(200, 100, [...id(300), ...u4(0x12345678), ...u4(77)]),
    ...instance(201, 100, [...id(301), ...u4(0x12345678), ...u4(77)]),
    ...instance(202, 101, id(201)),
    ...bytes(300, 8, texts.string.length, ascii(texts.string)),
    ...bytes(301, 8, texts.thread.length, ascii(texts.thread)),
    ...bytes(302, 8, texts.string.length, ascii(texts.string)),
    ...bytes(
      303,
      5,
      texts.other.length,
      ascii(texts.other).flatMap((unit) => [0, unit]),
    ),
    ...bytes(304, INT, 3, [...u4(7), ...u4(0), ...u4(9)]),
    ...bytes(305, 8, 8, [...ascii('ab'), 0, 0, 0, 0, 0, 0]),
    ...[0x05, ...id(100)],
    ...[0x22, ...id(306), ...u4(0), ...u4(2), ...id(100), ...id(200), ...id(201)],
  ];
  return Uint8Array.from([
    ...ascii('JAVA PROFILE 1.0.2'),
    0,
    ...u4(idBytes),
    ...u4(0),
    ...u4(0),
    ...name(1, 'java/lang/String'),
    ...name(2, 'java/lang/Thread'),
    ...name(10, 'value'),
    ...name(11, 'hash'),
    ...name(12, 'name'),
    ...name(13, 'count'),
    ...name(14, texts.constant),
    ...load(1, 100, 1),
    ...load(2, 101, 2),
    ...record(0x1c, heap),
    ...record(0x2c, []),
  ]);
}
