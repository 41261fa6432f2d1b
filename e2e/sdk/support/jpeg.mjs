// What the header of a JPEG says.
import assert from 'node:assert/strict';

/** Width and height of a JPEG. */
export function jpegSize(bytes) {
  assert.equal(bytes.readUInt16BE(0), 0xffd8, 'it is a JPEG');
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1];
    // A frame begins with one of C0 to CF, but for the tables among them.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
  }
  throw new Error('the JPEG has no frame');
}
