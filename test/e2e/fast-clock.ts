import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

/** Why no clock can be made to run faster here; undefined where it can. */
export const whyNoFastClock: string | undefined =
  process.platform === 'linux' && process.arch === 'x64' ? undefined : 'clocks are set only on Linux, x64';

/**
 * x86-64: `int clock_gettime(edi: clock, rsi: timespec*)`. Asks the kernel; the wall clock (0) is then
 * `start + (now - zero) * speed`, in nanoseconds; every other clock stays as it is.
 */
const CODE = Buffer.from(
  'b8e4000000' + // mov eax, 228 (clock_gettime)
    '0f05' + // syscall
    '85ff' + // test edi, edi
    '7542' + // jne end
    '488b0e' + // mov rcx, [rsi]
    '4869c900ca9a3b' + // imul rcx, rcx, 1000000000
    '48034e08' + // add rcx, [rsi+8]
    '49bb0000000000000000' + // movabs r11, zero
    '4c29d9' + // sub rcx, r11
    '4869c900000000' + // imul rcx, rcx, speed
    '48b80000000000000000' + // movabs rax, start
    '4801c8' + // add rax, rcx
    '31d2' + // xor edx, edx
    'b900ca9a3b' + // mov ecx, 1000000000
    '48f7f1' + // div rcx
    '488906' + // mov [rsi], rax
    '48895608' + // mov [rsi+8], rdx
    '31c0' + // xor eax, eax
    'c3', // end: ret
  'hex',
);
const ZERO_AT = 27;
const SPEED_AT = 41;
const START_AT = 47;

const SYMBOLS = 11; // SHT_DYNSYM
const SYMBOL_BYTES = 24;

/**
 * Sets the wall clock of a child that was started this instant to `startMs` and lets it run `speed` times as fast; its timers keep the
 * real pace. For programs that bring their own clock code, as those written in Go do, and so pass by libfaketime: the function
 * that the kernel lends each process for reading clocks (the vDSO, `man 7 vdso`) is overwritten in the child's own memory.
 */
export function setClock(pid: number, { startMs, speed }: { startMs: number; speed: number }): void {
  process.kill(pid, 'SIGSTOP');
  const memory = openSync(`/proc/${pid}/mem`, 'r+');
  try {
    const line = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(readFileSync(`/proc/${pid}/maps`, 'utf8'));
    if (!line) throw new Error('the process has no vDSO');
    const base = Number.parseInt(line[1] ?? '', 16);
    const image = Buffer.alloc(Number.parseInt(line[2] ?? '', 16) - base);
    readSync(memory, image, 0, image.length, base);
    const code = Buffer.from(CODE);
    code.writeBigInt64LE(BigInt(Date.now()) * 1_000_000n, ZERO_AT);
    code.writeInt32LE(speed, SPEED_AT);
    code.writeBigInt64LE(BigInt(startMs) * 1_000_000n, START_AT);
    writeSync(memory, code, 0, code.length, base + findClock(image));
  } finally {
    closeSync(memory);
    process.kill(pid, 'SIGCONT');
  }
}

/** Where in an ELF64 image the function is; it has room for ours. */
function findClock(image: Buffer): number {
  const sections = Number(image.readBigUInt64LE(40));
  const sectionBytes = image.readUInt16LE(58);
  const section = (at: number) => sections + at * sectionBytes;
  for (let i = 0; i < image.readUInt16LE(60); i++) {
    if (image.readUInt32LE(section(i) + 4) !== SYMBOLS) continue;
    const names = Number(image.readBigUInt64LE(section(image.readUInt32LE(section(i) + 40)) + 24));
    const start = Number(image.readBigUInt64LE(section(i) + 24));
    const end = start + Number(image.readBigUInt64LE(section(i) + 32));
    for (let at = start; at < end; at += SYMBOL_BYTES) {
      const name = names + image.readUInt32LE(at);
      if (image.toString('latin1', name, image.indexOf(0, name)) !== '__vdso_clock_gettime') continue;
      const bytes = Number(image.readBigUInt64LE(at + 16));
      if (bytes < CODE.length) throw new Error(`clock_gettime has ${bytes} bytes; ours has ${CODE.length}`);
      return Number(image.readBigUInt64LE(at + 8));
    }
  }
  throw new Error('the vDSO names no __vdso_clock_gettime');
}
