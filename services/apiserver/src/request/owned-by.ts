/** The memory of bytes that have it for themselves, which a thread can give to another; small ones share theirs, and are copied. */
export const ownedBy = ({ buffer, byteLength }: Uint8Array): ArrayBuffer[] =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
