import { describe, expect, it } from 'vitest';
import { describeBytes } from '../../functions/analysis/describe-bytes.ts';
import { ProtoWriter } from './formats/proto-writer.ts';

const describeText = (text: string): string => describeBytes(new TextEncoder().encode(text), text.length);

describe('what bytes look like', () => {
  it.each([
    ['=erl_crash_dump:0.5\nMon May  4 10:00:00 2026\nSlogan: x\n', 'a crash dump of Erlang'],
    ['0SECTION       TITLE subcomponent dump routine\n', 'a javacore'],
    ['2026-05-04 10:00:00\nFull thread dump OpenJDK 64-Bit Server VM (21):\n', 'a thread dump'],
    ['[2026-05-04T10:00:00.123+0000][info][gc] GC(0) Pause Young 24M->4M(256M) 3ms\n', 'a log of garbage collections'],
    ['[7:0x5581] 123 ms: Scavenge 2.3 (3.0) -> 1.9 (4.0) MB, 0.8 / 0.0 ms\n', 'a log of garbage collections'],
    ['[12345.678901] node invoked oom-killer: order=0\n', 'what the kernel says'],
    ['{"nodes":[{"id":1,"callFrame":{"functionName":"(root)"}}]}', 'a profile of V8'],
    ['[12345.678901] usb 1-1: new device\n', 'text that begins with'],
    ['[2026-05-04 10:00:00] started\n', 'text that begins with'],
    ['[1, 2]', 'JSON that begins with'],
    ['[{"a":1}]', 'JSON that begins with'],
  ])('%j', (text, expected) => {
    expect(describeText(text)).toContain(expected);
  });

  it('knows metrics in protobuf', () => {
    const message = new ProtoWriter().bytes(1, 'process_open_fds').bytes(2, 'Open files').varint(3, 1).done();
    const family = Uint8Array.of(message.length, ...message);
    expect(describeBytes(family, family.length)).toContain('Accept: text/plain');
    expect(describeBytes(message, message.length)).not.toContain('Accept');
  });
});
