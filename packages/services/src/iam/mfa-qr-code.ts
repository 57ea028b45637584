import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'uqr';

/** Pixels for each square, and squares of white around the code (ISO/IEC 18004 asks for four). */
const squarePixels = 4;
const quietSquares = 4;

/** What an authenticator app reads: the key URI format, as the IAM API reference words it. */
export function mfaKeyUri(deviceName: string, accountName: string, seed: string): string {
  const label = `${encodeURIComponent(deviceName)}@${encodeURIComponent(accountName)}`;
  return `otpauth://totp/Carnet:${label}?secret=${seed}&issuer=Carnet`;
}

/** A QR code of a text, as a PNG of eight-bit grey. */
export function qrCodePng(text: string): Uint8Array {
  const { size, data } = encode(text, { ecc: 'M', border: quietSquares });
  const width = size * squarePixels;
  const lines = data.map((squares) => {
    const line = Buffer.alloc(width + 1);
    for (const [index, black] of squares.entries()) {
      const from = 1 + index * squarePixels;
      line.fill(black ? 0 : 255, from, from + squarePixels);
    }
    return line;
  });
  const pixels = Buffer.concat(lines.flatMap((line) => Array(squarePixels).fill(line)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
