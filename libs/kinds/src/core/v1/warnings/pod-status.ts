import { ipWarnings } from '../../../validation/ip-canonical.ts'
import type { Pod } from '../pod/schema.ts'

/** What whoever writes a pod's status is told of its addresses. */
export const podStatusWarnings = ({ status }: Pod): readonly string[] => [
  ...(status?.podIPs ?? []).flatMap(({ ip }, i) => ipWarnings(`status.podIPs[${i}].ip`, ip)),
  ...(status?.hostIPs ?? []).flatMap(({ ip }, i) => ipWarnings(`status.hostIPs[${i}].ip`, ip)),
]
