import type { Container } from '@periplus/kinds'
import { fnv1a } from '@periplus/prelude'

export const hashAnnotation = 'io.kubernetes.container.hash'

/** Of what a running container cannot change: its name and its image. A difference means a restart. */
export const containerHash = (container: Container): string =>
  fnv1a(JSON.stringify([container.name, container.image ?? ''])).toString(16)
