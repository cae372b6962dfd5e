import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { eachLine } from '../../bytes/lines.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { Complaints } from '../complaints.ts';
import { headingOf } from '../heading.ts';
import { Rounds } from '../rounds.ts';
import { splitTime } from '../time-line.ts';
import { fileNameOf, fileOfName, groupOf, otherFileBefore, otherFileOf } from './file-names.ts';
import { EVENT_KEYS, isCount, READ_FILE, V2_KEYS } from './keys.ts';
import { BARE, isEpoch, keyAndNumber, pairsOn } from './line-parts.ts';

/** Above this a limit is none: cgroup v1 writes the largest page-rounded integer. */
const NO_LIMIT = 2 ** 60;

export interface CgroupSamples {
  readonly samples: SampleSet;
  /** 1 or 2, by the keys; undefined where only numbers without names were found. */
  readonly version: 1 | 2 | undefined;
  readonly warnings: readonly string[];
}

/**
 * cgroup v1 and v2 memory files: `memory.stat`, `memory.events`, `memory.oom_control`, single numbers (`memory.current`,
 * `memory.limit_in_bytes`), one or several behind each other (with their names between them, as `head` or `grep .` print
 * them), once or again and again with times. Keys keep their names; `total_` keys of v1 include the children.
 */
export async function parseCgroup(source: ByteSource, run: Run): Promise<CgroupSamples> {
  const rounds = new Rounds(run);
  const complaints = new Complaints('line');
  const keys = new Set<string>();
  const own = fileOfName(run.name ?? '');
  const home = groupOf(run.name ?? '');
  let file = own;
  let group = home;
  let unnamed = 0;
  // Files that one `cat` printed behind each other, and how many numbers without a name a round with other signs of itself has.
  let listed: string[] = [];
  let position = 0;
  /** What is not read, and whether the lines that follow are of such a file. */
  const others = new Set<string>();
  let isOther = false;
  let timed = false;
  const number = (text: string, name: string, timeMs: number, labels = group): void => {
    const value = text === 'max' ? Infinity : Number(text);
    const isLimit = /\.(?:max|high|limit_in_bytes|soft_limit_in_bytes)$/.test(name);
    if (name === '') position++;
    if (value >= NO_LIMIT) return; // no limit is set
    if (name === '') unnamed++;
    const kind = name.endsWith('.failcnt') ? 'counter' : 'gauge';
    const isSeveral = position > 1 && (timed || keys.size > 0);
    const metric = name === '' ? `value${isSeveral ? position : ''}` : name;
    rounds.add(metric, labels, value, { unit: isCount(metric) && !isLimit ? 'count' : 'bytes', kind, timeMs });
  };
  const pair = ({ path, digits }: { path: string; digits: string }, timeMs: number): void => {
    const named = READ_FILE.exec(path)?.[1];
    const labels = path.includes('/') ? groupOf(path) : group;
    if (named !== undefined) return number(digits, named, timeMs, labels);
    // `grep . memory.*` prints `memory.stat:anon 123`.
    const key = path.slice(path.lastIndexOf(':') + 1);
    position = 0;
    if (listed[0]?.endsWith('.stat') === true) listed.shift();
    if (keys.size < 1000) keys.add(key);
    if (Number(digits) >= NO_LIMIT) return;
    const unit = isCount(key) ? 'count' : 'bytes';
    rounds.add(key, labels, Number(digits), { unit, kind: unit === 'count' ? 'counter' : 'gauge', timeMs });
  };
  /** A time or a heading: whatever file was before it has ended. */
  const beginAt = (of: Record<string, string>): undefined => {
    file = own;
    listed = [];
    group = of;
    position = 0;
    isOther = false;
  };
  await eachLine(source, run, { maxLineBytes: 4096 }, (bytes, start, end, line) => {
    const text = decodeText(bytes, start, end).trim();
    if (text === '') return undefined;
    const name = fileNameOf(text);
    const other = name === undefined ? otherFileOf(text) : undefined;
    if (name !== undefined || other !== undefined) {
      file = name ?? '';
      listed = [];
      group = groupOf(text);
      isOther = other !== undefined;
      if (other !== undefined && others.size < 100) others.add(other);
      return undefined;
    }
    if (BARE.test(text)) {
      if (file === '' && listed.length === 0 && isEpoch(text) && (timed || !isOther)) {
        rounds.at(Number(text) * 1000);
        position = 0;
        timed = true;
        isOther = false;
      } else if (!isOther) {
        const path = listed.shift();
        if (path === undefined) number(text, file, NaN);
        else number(text, READ_FILE.exec(path)?.[1] ?? '', NaN, groupOf(path));
        file = own; // what a file holds behind its name is one number
      }
      return undefined;
    }
    const command = CAT.exec(text)?.[1];
    if (command !== undefined) {
      listed = command.split(/\s+/).filter((path) => READ_FILE.test(path));
      group = groupOf(listed[0] ?? '');
      position = 0;
      return undefined;
    }
    if (rounds.takeTime(text)) {
      timed = true;
      return beginAt(home);
    }
    const heading = headingOf(text);
    if (heading !== undefined) return beginAt(heading);
    if (isOther) return undefined;
    const { timeMs, rest } = splitTime(rounds.afterClock(text));
    if (BARE.test(rest)) {
      number(rest, file, timeMs);
      return undefined;
    }
    const ofOther = otherFileBefore(rest);
    if (ofOther !== undefined) {
      if (others.size < 100) others.add(ofOther);
      return undefined;
    }
    const pairs = pairsOn(rest);
    if (pairs.length > 1 && !Number.isNaN(timeMs)) rounds.at(timeMs);
    for (const each of pairs) {
      const found = keyAndNumber(each);
      if (found !== undefined) pair(found, pairs.length > 1 ? NaN : timeMs);
      else if (!Number.isNaN(timeMs)) rounds.at(timeMs);
      else complaints.add('a line that is no key with a number', line);
    }
    return undefined;
  });
  const samples = rounds.finish();
  const warnings = complaints.warnings();
  const onlyNoLimit = samples.series.length === 0;
  if (onlyNoLimit && keys.size === 0 && complaints.size > 0) {
    throw new AppError(
      'bad-input',
      `no line is of a cgroup memory file: ${warnings[0] ?? ''}; send memory.stat with its time`,
    );
  }
  if (onlyNoLimit) warnings.push('no memory limit is set there');
  if (others.size > 0) {
    const names = [...others].sort();
    const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
    warnings.push(
      `files that do not say how much memory is in use were passed over: ${names.slice(0, 12).join(', ')}${more}`,
    );
  }
  if (unnamed > 0) {
    warnings.push(
      'a number stands alone: which file it is from is not known, so neither whether it is the memory in use or a limit; send `grep . memory.*` instead',
    );
  }
  const isV2 = [...keys].some(
    (key) => V2_KEYS.has(key) && key !== 'shmem' && !/^(?:in)?active_|^unevictable|^pg/.test(key),
  );
  const version = keys.size === 0 ? undefined : isV2 ? 2 : V1_ONLY.some((key) => keys.has(key)) ? 1 : 2;
  return {
    samples,
    version: [...keys].every((key) => EVENT_KEYS.has(key)) && !keys.has('under_oom') ? undefined : version,
    warnings,
  };
}

const V1_ONLY = ['rss', 'cache', 'total_rss', 'total_cache', 'under_oom', 'hierarchical_memory_limit'];
/** A command that prints files, as a prompt, `set -x` or `kubectl exec` shows it before what it printed. */
const CAT = /(?:^|[\s$#%>+])(?:cat|tail|head)\s+((?:-\S+\s+)*\/?\S*mem\S*\.\S+.*)$/;
