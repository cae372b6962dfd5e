import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { chunksOf, readRange } from '../../bytes/read.ts';
import { readHeader } from '../../formats/v8-heapsnapshot/header.ts';
import { byteStream } from '../byte-stream.ts';
import type { RedactionReport, RedactOptions, Redaction } from '../report.ts';
import { RuleCounts } from '../rule-counts.ts';
import { blankTitles } from './header-text.ts';
import { findKnownStrings } from './known-strings.ts';
import { markUses, MAP_LIKE_PROPERTIES } from './marks.ts';
import { findMembers } from './members.ts';
import { NodeRewriter } from './node-rewriter.ts';
import { StringArray } from './string-array.ts';
import { StringRewriter } from './string-rewriter.ts';

const MAX_HEADER_BYTES = 1 << 20;

/**
 * A V8 heap snapshot or allocation timeline without the contents of its strings: passes over the source (where things are, what
 * each string is used for, writing), a few bits a string and a node in memory. Throws AppError `corrupt` before the first byte is
 * written for what is truncated or no snapshot.
 */
export async function redactSnapshot(source: ByteSource, options: RedactOptions, run: Run): Promise<Redaction> {
  run.progress('looking where things are', 0);
  const members = await findMembers(source, run);
  const place = (key: string): ByteSource | undefined => {
    const member = members.find((one) => one.key === key);
    return member && source.slice(member.start, member.end);
  };
  const [snapshot, nodes, edges, strings] = ['snapshot', 'nodes', 'edges', 'strings'].map(place);
  if (!snapshot || !nodes || !edges || !strings)
    throw new AppError('corrupt', 'This heap snapshot lacks one of "snapshot", "nodes", "edges" and "strings".');
  if (snapshot.size > MAX_HEADER_BYTES)
    throw new AppError('corrupt', `The "snapshot" member is larger than ${MAX_HEADER_BYTES} bytes: no V8 writes that.`);
  const headerText = new TextDecoder().decode(await readRange(snapshot, 0, snapshot.size));
  const header = readHeader(headerText);

  run.progress('looking what strings are used for', 0.2);
  const known = await findKnownStrings(strings, options.keep ?? [], run);
  const marks = await markUses({ nodes, edges, traceFunctions: place('trace_function_infos') }, header, known, run);
  const split = marks.names.and(marks.contents, known.fixed, marks.variables);
  const ranks = split.ranks();
  const nodeRewriter = new NodeRewriter(header, marks.contentTypes, split, ranks.before, known.count);
  const rules = new RuleCounts(options);
  const rewriter = new StringRewriter(
    known,
    marks,
    { set: split, count: ranks.count },
    rules,
    options.blankKeys ?? false,
  );

  let outputBytes = 0;
  async function* write(): AsyncGenerator<Uint8Array> {
    let at = 0;
    for (const { key, start, end } of members) {
      run.progress('writing', 0.4 + (0.6 * at) / source.size);
      yield* copy(source.slice(at, start), run);
      const value = source.slice(start, end);
      if (key === 'snapshot') yield new TextEncoder().encode(blankTitles(headerText));
      else if (key === 'nodes') {
        for await (const chunk of chunksOf(value.stream())) {
          run.signal.throwIfAborted();
          yield nodeRewriter.push(chunk);
        }
      } else if (key === 'edges') yield* copy(value, run);
      else if (key === 'strings') {
        yield new TextEncoder().encode('[');
        const reader = new StringArray(rewriter);
        for await (const chunk of copy(value, run)) {
          reader.push(chunk);
          yield rewriter.take();
        }
        reader.end();
        while (rewriter.writeCopies()) yield rewriter.take();
        yield new TextEncoder().encode(']');
      } else yield* copyNumbers(key, value, run);
      at = end;
    }
    yield* copy(source.slice(at), run);
    run.progress('writing', 1);
  }
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of write()) {
      if (chunk.length === 0) continue;
      outputBytes += chunk.length;
      yield chunk;
    }
  }

  const report = (): RedactionReport => {
    const { counts, placeholders } = rewriter;
    const longNames =
      counts.longNames === 0 ? [] : [{ what: 'names of more than 256 characters', count: counts.longNames }];
    const keys =
      counts.mapKeysBlanked === 0 ? [] : [{ what: 'keys of objects used as maps', count: counts.mapKeysBlanked }];
    return {
      format: 'v8-heapsnapshot',
      inputBytes: source.size,
      outputBytes,
      blanked: [
        {
          what: 'contents of strings, regular expressions and numbers',
          count: counts.blanked,
          bytes: counts.blankedBytes,
        },
        { what: 'strings that are a name elsewhere and got a blank copy as contents', count: counts.copies },
        { what: 'strings that nothing uses', count: counts.unused },
        { what: 'names with a secret in them', count: counts.namesChanged },
        ...longNames,
        ...keys,
      ],
      kept: [
        {
          what: 'names',
          count: counts.names - counts.longNames - counts.mapKeysBlanked,
          why: 'classes, functions, scripts, properties and parts of the engine: without them nothing could be found',
        },
        { what: 'names of variables', count: counts.variables, why: 'closures are named by them' },
        ...((options.keep ?? []).length > 0
          ? [{ what: 'strings to keep', count: known.keptCount, why: 'you asked for it' }]
          : []),
      ],
      rules: rules.report(),
      notes: [
        'Lengths stay, and equal strings stay equal: how often a value occurs and how long it is can still be seen.',
        'Paths of scripts stay, and with them what they say of machines and people.',
        ...(counts.mapKeys - counts.mapKeysBlanked > 0
          ? [
              `${counts.mapKeys - counts.mapKeysBlanked} names belong only to objects with more than ${MAP_LIKE_PROPERTIES} properties, which are likely used as maps: their keys may be data. They stay, except for the secrets in them; blank them with --blank-keys.`,
            ]
          : []),
        ...(placeholders.shared > 0
          ? [
              `${placeholders.shared} strings of few characters share a placeholder with another: there are more of them than placeholders of their length.`,
            ]
          : []),
      ],
    };
  };
  return { format: 'v8-heapsnapshot', stream: byteStream(counted()), report };
}

async function* copy(part: ByteSource, run: Run): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunksOf(part.stream())) {
    run.signal.throwIfAborted();
    yield chunk;
  }
}

/** What a member of numbers may consist of. A member that this does not know is copied when it cannot hold a text. */
const NUMERIC = new Uint8Array(256);
for (const byte of new TextEncoder().encode('0123456789,-+.eE[]{} \n\r\t')) NUMERIC[byte] = 1;

async function* copyNumbers(key: string, part: ByteSource, run: Run): AsyncGenerator<Uint8Array> {
  for await (const chunk of copy(part, run)) {
    for (let i = 0; i < chunk.length; i++)
      if (NUMERIC[chunk[i]!] === 0)
        throw new AppError(
          'unsupported',
          `The member "${key}" of this snapshot holds more than numbers, and what it means is unknown: it is not redacted. Report the version of V8 that wrote it.`,
        );
    yield chunk;
  }
}
