import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { headingOf } from '../heading.ts';
import { lastValues } from '../last-values.ts';
import { afterTime, isTimeLine } from '../time-line.ts';
import { EVENT_KEYS, READ_FILE, V1_KEYS, V2_KEYS } from './keys.ts';
import { fileNameOf, fileOfName, isNamedMemory, otherFileBefore, otherFileOf } from './file-names.ts';
import { BARE, isEpoch, keyAndNumber, PAGE_BYTES, pairsOn } from './line-parts.ts';
import { parseCgroup } from './parse.ts';

/** No group has less in use; switches of the kernel have small numbers. */
const LEAST_BYTES = 16 * PAGE_BYTES;

export const cgroup: Analyser = {
  format: 'cgroup',
  title: 'cgroup memory files (memory.stat, memory.current, memory.events)',
  version: 4,
  detect(head, name) {
    if (head.includes(0)) return 'no';
    const lines = new TextDecoder('utf-8').decode(head).split(/\r?\n/, 200);
    if (head.length >= 65_536) lines.pop();
    let known = 0;
    let events = 0;
    let others = 0;
    let files = 0;
    const bare = { numbers: 0, pages: 0, large: 0, times: 0 };
    let isOther = false;
    for (const line of lines) {
      const text = line.trim();
      if (text === '') continue;
      const other = otherFileOf(text) !== undefined;
      if (other || fileNameOf(text) !== undefined) {
        files++;
        isOther = other;
      } else if (BARE.test(text) && !isEpoch(text)) {
        bare.numbers++;
        if (Number(text) >= LEAST_BYTES) bare.large++;
        if (text === 'max' || (Number(text) > 0 && Number(text) % PAGE_BYTES === 0)) bare.pages++;
      } else if (isTimeLine(text) || headingOf(text) !== undefined) {
        bare.times++;
        isOther = false;
      } else if (!isOther) {
        const rest = afterTime(text);
        if (otherFileBefore(rest) !== undefined) files++;
        else {
          for (const each of pairsOn(rest)) {
            const path = keyAndNumber(each)?.path;
            const key = path?.slice(Math.max(path.lastIndexOf(':'), path.lastIndexOf('/')) + 1);
            if (key === undefined) others++;
            else if (READ_FILE.test(key)) files++;
            else if (V1_KEYS.has(key.replace(/^total_/, '')) || V2_KEYS.has(key)) known++;
            else if (EVENT_KEYS.has(key)) events++;
            else if (!/^(?:total_)?(?:pg|thp_|workingset_|swp|zswp|numa_|recent_|file_|hugetlb|balloon)/.test(key))
              others++;
          }
        }
      }
    }
    if (files > 0 && others <= files) return 'yes';
    if (known >= 3 && others <= known) return 'yes';
    if (events >= 2 && others === 0) return 'yes';
    if (bare.numbers === 0 || others + known + events > 0) return 'no';
    // Numbers alone say little: whole pages between times are memory of some kind; a single one is so by its file's name, where it is no switch.
    if (bare.times >= 2 && bare.numbers >= bare.times && bare.pages === bare.numbers) return 'maybe';
    const isNamed = fileOfName(name) !== '' || bare.large === bare.numbers;
    return isNamed && isNamedMemory(name) ? 'maybe' : 'no';
  },
  async analyse(source, run) {
    const { samples, version, warnings } = await parseCgroup(source, run);
    return analysisFromSamples(
      samples,
      {
        format: cgroup.format,
        version: cgroup.version,
        warnings,
        facts: [...(version === undefined ? [] : [{ name: 'cgroupVersion', value: version }]), ...lastValues(samples)],
      },
      run,
    );
  },
};
