/** The reflected polynomial of CRC-32C (Castagnoli). */
const polynomial = 0x82f63b78;

/** Eight tables of 256 entries, one after another: eight bytes are taken in each step. */
const tables = makeTables();

function makeTables(): Uint32Array {
  const made = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index++) {
    const previous = made[index - 256] as number;
    made[index] = (previous >>> 8) ^ (made[previous & 0xff] as number);
  }
  return made;
}

function entry(table: number, byte: number): number {
  return tables[table * 256 + (byte & 0xff)] as number;
}

/**
 * CRC-32C of `bytes`, going on from `previous`: the value of the bytes before, 0 at the start.
 * Source: RFC 3720, section 12.1 and appendix B.4.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 8);
  let crc = ~previous;
  let at = 0;
  for (; at < whole; at += 8) {
    const low = crc ^ view.getUint32(at, true);
    const high = view.getUint32(at + 4, true);
    crc =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, high) ^
      entry(2, high >>> 8) ^
      entry(1, high >>> 16) ^
      entry(0, high >>> 24);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ entry(0, crc ^ view.getUint8(at));
  return ~crc >>> 0;
}
