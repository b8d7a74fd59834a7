import { groupResource } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { AdmissionRequest } from '../admission/request.ts'

const codes: ReadonlyMap<string, number> = new Map([
  ['Forbidden', 403],
  ['RequestEntityTooLarge', 413],
])

/** What a client is told whose request a policy denies. */
export const denied = (
  what: string,
  policy: string,
  binding: string | undefined,
  { kind: { group, resource }, name }: AdmissionRequest,
  why: string,
  reason: string,
): Refusal => {
  const by = binding === undefined ? `'${policy}'` : `'${policy}' with binding '${binding}'`
  const message = `${what} ${by} denied request: ${why}`
  return {
    tag: 'DeniedByAdmission',
    code: codes.get(reason) ?? 422,
    reason,
    message: `${groupResource(resource, group)} ${JSON.stringify(name)} is forbidden: ${message}`,
    details: { name, group, kind: resource, causes: [{ message }] },
  }
}
