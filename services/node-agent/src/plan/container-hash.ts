import type { Container } from '@periplus/kinds'

export const hashAnnotation = 'io.kubernetes.container.hash'

/** 32-bit FNV-1a of what a running container cannot change: its name and its image. A difference means a restart. */
export const containerHash = (container: Container): string => {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(JSON.stringify([container.name, container.image ?? ''])))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16)
}
