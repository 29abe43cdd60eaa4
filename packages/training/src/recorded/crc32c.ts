// The checksum of TFRecords: CRC-32C (Castagnoli), bit-reversed polynomial 0x82f63b78 (RFC 3720, appendix
// B.4). Node's zlib has only CRC-32, which uses another polynomial.
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of data) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}
