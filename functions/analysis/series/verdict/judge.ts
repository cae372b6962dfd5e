import { findSubjects, type Subject } from '../recognise/subjects.ts';
import type { SampleSet } from '../sample-set.ts';
import type { CaseVerdict } from './case-verdict.ts';
import type { ContainerVerdict } from './container-verdict.ts';
import { corroborate } from './corroborate.ts';
import { judgeCase } from './judge-case.ts';
import { judgeContainer } from './judge-container.ts';

export interface Judgement {
  readonly whole: CaseVerdict;
  readonly containers: readonly ContainerVerdict[];
}

/** Is it a leak, in which memory, since when: every container of a SampleSet, and the whole. */
export function judge(samples: SampleSet, subjects: readonly Subject[] = findSubjects(samples)): Judgement {
  const timed = samples.clock === 'utc' || samples.clock === 'relative';
  const containers = subjects
    .map((subject) => judgeContainer(subject, samples.startMs, timed))
    .filter((one) => one !== undefined);
  const judged = corroborate(containers);
  return { whole: judgeCase(judged), containers: judged };
}
