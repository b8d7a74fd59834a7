import type { CustomResourceDefinition } from '@periplus/kinds'

/** Whether a definition's objects are served. */
export const isEstablished = ({ status }: CustomResourceDefinition): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') ?? false
