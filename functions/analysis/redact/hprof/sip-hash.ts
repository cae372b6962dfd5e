/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of 64 bits, in 32-bit halves. Under a random key that nobody keeps it says nothing
 * about what was hashed, except which inputs are equal. Writes the low and high half to `out`.
 */
export function sipHash(key: Uint32Array, bytes: Uint8Array, from: number, to: number, out: Uint32Array): void {
  let v0l = key[0]! ^ 0x70736575;
  let v0h = key[1]! ^ 0x736f6d65;
  let v1l = key[2]! ^ 0x6e646f6d;
  let v1h = key[3]! ^ 0x646f7261;
  let v2l = key[0]! ^ 0x6e657261;
  let v2h = key[1]! ^ 0x6c796765;
  let v3l = key[2]! ^ 0x79746573;
  let v3h = key[3]! ^ 0x74656462;
  const length = to - from;
  let at = from;
  // The last block has what is left, and the length in its top byte; four more rounds finish.
  for (let left = (length >>> 3) + 1; left >= 0; left--) {
    let ml = 0;
    let mh = 0;
    if (left > 1) {
      ml = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      mh = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      at += 8;
    } else if (left === 1) {
      for (let i = 0; at + i < to; i++) {
        if (i < 4) ml |= bytes[at + i]! << (8 * i);
        else mh |= bytes[at + i]! << (8 * (i - 4));
      }
      mh |= length << 24;
    } else {
      v2l ^= 0xff;
    }
    v3l ^= ml;
    v3h ^= mh;
    for (let round = left === 0 ? 4 : 2; round > 0; round--) {
      let l = (v0l >>> 0) + (v1l >>> 0);
      v0h = (v0h + v1h + (l > 0xffff_ffff ? 1 : 0)) | 0;
      v0l = l | 0;
      let t = ((v1l << 13) | (v1h >>> 19)) ^ v0l;
      v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
      v1l = t;
      t = v0l;
      v0l = v0h;
      v0h = t;
      l = (v2l >>> 0) + (v3l >>> 0);
      v2h = (v2h + v3h + (l > 0xffff_ffff ? 1 : 0)) | 0;
      v2l = l | 0;
      t = ((v3l << 16) | (v3h >>> 16)) ^ v2l;
      v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
      v3l = t;
      l = (v0l >>> 0) + (v3l >>> 0);
      v0h = (v0h + v3h + (l > 0xffff_ffff ? 1 : 0)) | 0;
      v0l = l | 0;
      t = ((v3l << 21) | (v3h >>> 11)) ^ v0l;
      v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
      v3l = t;
      l = (v2l >>> 0) + (v1l >>> 0);
      v2h = (v2h + v1h + (l > 0xffff_ffff ? 1 : 0)) | 0;
      v2l = l | 0;
      t = ((v1l << 17) | (v1h >>> 15)) ^ v2l;
      v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
      v1l = t;
      t = v2l;
      v2l = v2h;
      v2h = t;
    }
    v0l ^= ml;
    v0h ^= mh;
  }
  out[0] = v0l ^ v1l ^ v2l ^ v3l;
  out[1] = v0h ^ v1h ^ v2h ^ v3h;
}
