// Files as one ZIP, stored as they are: pictures are compressed already. After the ZIP File Format Specification
// (PKWARE APPNOTE 6.3.10), sections 4.3.7, 4.3.12 and 4.3.16; names are UTF-8 (bit 11).
const TABLE = new Uint32Array(256).map((_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export async function pack(entries) {
  const [parts, central] = [[], []];
  let offset = 0;
  for (const { name, file } of entries) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const called = new TextEncoder().encode(name);
    const shared = [[20, 2], [0x0800, 2], [0, 2], [0, 2], [0x21, 2], [crc(bytes), 4], [bytes.length, 4], [bytes.length, 4], [called.length, 2], [0, 2]];
    const head = numbers([[0x04034b50, 4], ...shared]);
    parts.push(head, called, bytes);
    central.push(numbers([[0x02014b50, 4], [20, 2], ...shared, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), called);
    offset += head.length + called.length + bytes.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const count = entries.length;
  const end = numbers([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]]);
  return new Blob([...parts, ...central, end], { type: 'application/zip' });
}

function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

// [value, bytes] pairs, little end first.
function numbers(pairs) {
  const out = new Uint8Array(pairs.reduce((sum, [, width]) => sum + width, 0));
  let at = 0;
  for (const [value, width] of pairs) for (let i = 0; i < width; i += 1) out[at++] = (value >>> (8 * i)) & 0xff;
  return out;
}
