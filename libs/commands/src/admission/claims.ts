import type { PersistentVolumeClaim } from '@periplus/kinds'
import type { Candidate } from '../candidate/candidate.ts'

/** The claim that the candidate creates or updates as a whole; `undefined` when it does something else, a subresource included. */
export const writtenClaim = ({ kind, operation, next, subresource }: Candidate): PersistentVolumeClaim | undefined =>
  operation !== 'delete' && subresource === undefined && kind.group === '' && kind.resource === 'persistentvolumeclaims'
    ? next
    : undefined
