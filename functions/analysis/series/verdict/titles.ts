import type { CaseVerdict } from './case-verdict.ts';
import type { ContainerVerdict } from './container-verdict.ts';
import { LAYER_TITLES } from './layer.ts';
import { capital, whyUndecided, wouldDecide } from './reasons.ts';
import { unitOfWork } from './unit-of-work.ts';
import { hoursInWords, limitInWords, sizesOf, timeInWords } from './words.ts';

/** `namespace/pod/container`, without what is not known. */
export function fullName({ subject }: ContainerVerdict): string {
  return [subject.namespace, subject.pod, subject.container].filter((part) => part !== '').join('/') || 'the process';
}

/** The claim of one container in one sentence, made from numbers. */
export function containerTitle(container: ContainerVerdict): string {
  const name = `\`${fullName(container)}\``;
  if (container.verdict === 'leak') return `${capital(LAYER_TITLES[container.layer])} of ${name} ${growth(container)}`;
  if (container.verdict === 'undecided') return `${name}: undecided. ${wouldDecide(container)}`;
  return container.layer === 'none'
    ? `${name} does not leak: ${sizesOf(container.bins).size(container.levelBytes)}, and no layer grows on`
    : `${name} does not leak: only its ${LAYER_TITLES[container.layer]} grows, which the kernel takes back when it needs it`;
}

function growth(container: ContainerVerdict, since = '', gone = false): string {
  const { slope, fixedAtMs } = container;
  const rate = rateOf(container);
  if (gone) return `grew ${rate}${since}`;
  if (fixedAtMs !== undefined) return `grew ${rate} until ${timeInWords(fixedAtMs)}, and no more since`;
  return `grows ${rate}${slope ? '' : 'on'}${since}${limitClause(container)}`;
}

function rateOf({ slope, subject, bins }: ContainerVerdict): string {
  if (!slope) return '';
  const say = sizesOf(bins);
  const perHour = say.rate(slope.bytesPerHour);
  return slope.bytesPerUnit === undefined
    ? perHour
    : `${say.size(slope.bytesPerUnit)} a ${unitOfWork(subject)} (${perHour})`;
}

function limitClause({ timeToLimitHours, bins, layer, grid }: ContainerVerdict): string {
  if (!timeToLimitHours || !Number.isFinite(timeToLimitHours.hours)) return '';
  const kills = grid.lives.filter((life) => life.end === 'oom-kill').length;
  if (kills > 0)
    return `; it was killed at its limit ${kills} times, each time after about ${hoursInWords(timeToLimitHours.hours)}`;
  // A JVM ends at the limit of its heap, whatever its container may hold.
  const ofHeap = layer === 'jvm-heap' && bins.heapMaxBytes !== undefined;
  const limit = ofHeap ? bins.heapMaxBytes : bins.limitBytes;
  return limit === undefined
    ? ''
    : `; the ${bins.inShares ? '' : `${limitInWords(limit)} `}limit${ofHeap ? ' of its heap' : ''} is reached in ${hoursInWords(timeToLimitHours.hours)}`;
}

/** The verdict sentence of the whole. */
export function caseTitle(whole: CaseVerdict, containers: readonly ContainerVerdict[]): string {
  const { main } = whole;
  if (!main)
    return 'Undecided. One sample of each container shows no trend: send a range over a day or more, with its times';
  if (whole.verdict === 'undecided') return `Undecided. ${whyUndecided(main)} ${wouldDecide(main)}`;
  if (whole.verdict === 'no-leak') {
    const harmless =
      whole.layer === 'none' ? '' : `; what grows is ${LAYER_TITLES[whole.layer]}, which is given back when needed`;
    const count = containers.filter(({ verdict }) => verdict === 'no-leak').length;
    return `No leak in ${count === 1 ? 'the one container' : `${count} containers`} seen${harmless}`;
  }
  const since = whole.onsetVersion === undefined ? '' : ` since ${whole.onsetVersion}`;
  const ended =
    whole.fixedAtMs === undefined || main.fixedAtMs !== undefined
      ? ''
      : `; fixed ${whole.fixedVersion === undefined ? '' : `in ${whole.fixedVersion} `}on ${timeInWords(whole.fixedAtMs)}`;
  const others = whole.culprits.length > 1 ? `; ${whole.culprits.length} of ${containers.length} containers leak` : '';
  const name = main.subject.container || main.subject.pod || 'the process';
  return `Leak. ${capital(LAYER_TITLES[whole.layer])} of \`${name}\` ${growth(main, since, ended !== '')}${ended}${others}`;
}
