import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { headingOf } from '../heading.ts';
import { lastValues } from '../last-values.ts';
import { isTimeLine, splitTime } from '../time-line.ts';
import { EVENT_KEYS, NUMBER_FILE, V1_KEYS, V2_KEYS } from './keys.ts';
import { fileNameOf, isNamedMemory, keyAndNumber, parseCgroup } from './parse.ts';

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
    let numbers = 0;
    let others = 0;
    let files = 0;
    for (const line of lines) {
      const text = line.trim();
      if (text === '') continue;
      if (/^(?:\d{1,20}|max)$/.test(text)) numbers++;
      else if (fileNameOf(text) !== undefined) files++;
      else if (isTimeLine(text) || headingOf(text) !== undefined) continue;
      else {
        const path = keyAndNumber(splitTime(text).rest)?.path;
        const key = path?.slice(Math.max(path.lastIndexOf(':'), path.lastIndexOf('/')) + 1);
        if (key === undefined) others++;
        else if (NUMBER_FILE.test(key)) files++;
        else if (V1_KEYS.has(key.replace(/^total_/, '')) || V2_KEYS.has(key)) known++;
        else if (EVENT_KEYS.has(key)) events++;
        else if (!/^(?:total_)?(?:pg|thp_|workingset_|swp|zswp|numa_|recent_|file_|hugetlb|balloon)/.test(key))
          others++;
      }
    }
    if (files > 0 && others <= files) return 'yes';
    if (known >= 3 && others <= known) return 'yes';
    if (events >= 2 && others === 0) return 'yes';
    // A number alone says nothing; only then the name is asked: a folder of cgroups has many files with one number.
    return numbers > 0 && others + known + events === 0 && isNamedMemory(name) ? 'maybe' : 'no';
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
