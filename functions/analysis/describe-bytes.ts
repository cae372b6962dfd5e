/** What bytes look like, in words, for whoever sent something that is not read. `head` is the first part of the file. */
const MAGIC: readonly (readonly [string, string])[] = [
  ['89504e47', 'a PNG picture: send the numbers behind the chart instead (export the data as JSON or CSV)'],
  ['ffd8ff', 'a JPEG picture: send the numbers behind the chart instead'],
  ['47494638', 'a GIF picture: send the numbers behind the chart instead'],
  ['25504446', 'a PDF document'],
  ['7f454c46', 'an ELF program or core dump: make a heap dump or a profile instead'],
  ['cafebabe', 'a Java class or a Mach-O program'],
  ['53514c69746520666f726d6174', 'an SQLite database'],
  ['377abcaf271c', 'a 7z archive: pack it as zip, gzip or zstd'],
  ['fd377a585a', 'an xz archive: pack it as zip, gzip or zstd'],
  ['425a68', 'a bzip2 archive: pack it as zip, gzip or zstd'],
  ['d0cf11e0', 'an old Office document: export it as CSV'],
  ['4a41564120', 'a JProfiler or Java file'],
  [
    '464c5200',
    'a recording of JDK Flight Recorder, which is not read yet: take a class histogram (jcmd PID GC.class_histogram) or a heap dump',
  ],
  ['4d444d50', "a minidump of Windows: make a heap dump with the runtime's own tool instead"],
];

/** Texts that are known and not read yet, and what says something of the same memory. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [
    /^=erl_crash_dump:/,
    'a crash dump of Erlang, which is not read yet: send `:erlang.memory()` again and again with times, or the metrics of the node',
  ],
  [/^0SECTION\s/, 'a javacore of OpenJ9, which is not read yet: take a class histogram (jcmd PID GC.class_histogram)'],
  [
    /^Full thread dump /m,
    'a thread dump of a JVM, which is not read yet: take a class histogram (jcmd PID GC.class_histogram) or a heap dump',
  ],
  [
    /^[^\n]{0,120}\[gc[\],]|\[(?:Full )?GC |: (?:Scavenge|Mark-\w{5,7}) [^\n]{0,20}\d \(/m,
    'a log of garbage collections, which is not read yet: send the memory of the process over time (metrics, or process.memoryUsage() with times)',
  ],
  [
    /invoked oom-killer|Memory cgroup out of memory/,
    'what the kernel says of a killed process, which is not read yet: send the memory of the container over time',
  ],
  [
    /^\s*\{[^]{0,2000}"callFrame"/,
    'a profile of V8, which is not read yet: send a heap snapshot, or the memory of the process over time',
  ],
];

export function describeBytes(head: Uint8Array, sizeBytes: number): string {
  if (sizeBytes === 0) return 'an empty file';
  const hex = [...head.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const known = MAGIC.find(([magic]) => hex.startsWith(magic));
  if (known) return known[1];
  if (isMetricFamily(head))
    return 'metrics of Prometheus in protobuf: ask for text instead (curl -H "Accept: text/plain" http://…/metrics)';
  const binary = head.reduce((count, byte) => count + (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) ? 1 : 0), 0);
  if (binary > head.length * 0.02) return `binary data that begins with the bytes ${hex.replace(/../g, '$& ').trim()}`;
  const text = new TextDecoder().decode(head);
  const start = text.trimStart();
  if (/^<(!doctype html|html)/i.test(start))
    return 'a web page: perhaps the sign-in page of the tool it was to come from';
  if (start.startsWith('<')) return `XML that begins with ${quote(start)}`;
  const told = TEXTS.find(([pattern]) => pattern.test(text));
  if (told) return told[1];
  if (start.startsWith('{') || JSON_ARRAY.test(start)) return `JSON that begins with ${quote(start)}`;
  if (start === '') return 'nothing but white space';
  return `text that begins with ${quote(start)}`;
}

/** A length, and a message that begins with a name and its help (io.prometheus.client.MetricFamily). */
function isMetricFamily(head: Uint8Array): boolean {
  const at = (head[0] ?? 0) < 128 ? 1 : 2;
  if (head[at] !== 0x0a) return false;
  const end = at + 2 + (head[at + 1] ?? 0);
  const name = new TextDecoder('latin1').decode(head.subarray(at + 2, end));
  return /^[a-zA-Z_:][\w:]{2,126}$/.test(name) && (head[end] === 0x12 || head[end] === 0x18);
}

/** Logs begin with brackets as well: `[12345.678901] node invoked`. */
const JSON_ARRAY = /^\[\s*(?:$|[[{"\]]|(?:-?[\d.]+|true|false|null)\s*(?:,|\]\s*$))/;

function quote(text: string): string {
  const line = text.trimStart().slice(0, 120).replace(/\s+/g, ' ');
  return `“${line}${text.length > 120 ? '…' : ''}”`;
}
