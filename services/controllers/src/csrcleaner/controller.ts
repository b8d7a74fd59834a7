import { parseTime } from '@periplus/api'
import type { Controller, Decision, Key, Moment } from '@periplus/controller'
import { CertificateSigningRequest } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const hour = 60 * 60_000
const pendingFor = 24 * hour
const answeredFor = hour

/** What says no time has not begun to run out. */
const timeOf = (text = ''): number => parseTime(text) ?? Infinity

interface End {
  readonly at: number
  readonly why: string
}

/**
 * When a request is of no use any more: a day after nobody answered it, an hour after it was denied, failed, or was approved and signed.
 * One that was approved waits for its signer for as long as that takes.
 */
const endOf = ({ metadata, status }: CertificateSigningRequest): End | undefined => {
  const conditions = status?.conditions ?? []
  if (conditions.length === 0)
    return {
      at: timeOf(metadata?.creationTimestamp) + pendingFor,
      why: 'nobody has answered it for a day',
    }
  const isSigned = (status?.certificate ?? '') !== ''
  const ends = conditions
    .filter(({ type }) => type !== 'Approved' || isSigned)
    .map(({ type, lastUpdateTime }) => ({
      at: timeOf(lastUpdateTime) + answeredFor,
      why: `it is ${type === 'Approved' ? 'signed' : type.toLowerCase()} for an hour`,
    }))
  return ends.reduce<End | undefined>((first, end) => (first && first.at <= end.at ? first : end), undefined)
}

const decide = (cut: Cut, { name }: Key, { now }: Moment): Decision => {
  const request = cut.get(CertificateSigningRequest, '', name)
  const end = request && endOf(request)
  if (!request || !end || end.at === Infinity) return { commands: [], why: 'there is nothing to wait for' }
  if (end.at > now) return { commands: [], requeueAfter: end.at - now, why: 'its time is not over' }
  const { uid, resourceVersion } = request.metadata
  const { group, resource } = CertificateSigningRequest
  const ref = { group, resource, namespace: '', name }
  return {
    commands: [
      { verb: 'delete', kind: CertificateSigningRequest, ref, options: { preconditions: { uid, resourceVersion } } },
    ],
    why: end.why,
  }
}

/** Deletes requests for certificates that nobody needs any more. */
export const csrCleaner: Controller = {
  name: 'csrcleaner',
  version: 1,
  primary: CertificateSigningRequest,
  watches: [],
  decide,
}
