import { describe, expect, test } from 'vitest';
import { FileName, Line, OptionalLine } from '../../functions/model/text.ts';

describe('names from strangers', () => {
  test('lose every mark that turns the direction of writing, and are one line', () => {
    expect(FileName.parse('photo\u202Egpj.exe\u2069')).toBe('photogpj.exe');
    expect(Line.parse('a\u0007\n\u2028b')).toBe('a b');
    for (const mark of Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))) {
      if (/\p{Bidi_Control}/u.test(mark)) expect(OptionalLine.parse(`a${mark}b`)).toBe('ab');
    }
  });

  test('of right-to-left scripts stay as they are, with the joiners that they need', () => {
    expect(FileName.parse('تقرير 12.json')).toBe('تقرير 12.json');
    expect(FileName.parse('می\u200cخواهم')).toBe('می\u200cخواهم');
  });

  test('nothing but marks is no name', () => {
    expect(FileName.safeParse('\u202E\u2069').success).toBe(false);
  });
});
