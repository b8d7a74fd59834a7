import { deepEqual, fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, immutable, oneOf } from '../../../validation/values.ts'
import type { CSIDriver, TokenRequest } from './schema.ts'

const { duplicate, invalid, notSupported } = fieldError

const shortestToken = 10 * 60
const longestToken = 2 ** 32

/** An audience once: at most one request leaves it open. */
const tokenErrors = (path: FieldPath, requests: readonly TokenRequest[] | undefined): readonly FieldError[] => {
  const seen = new Set<string>()
  return each(path, requests, ({ audience, expirationSeconds: seconds }, at) => {
    if (seen.has(audience)) return [duplicate(`${at}.audience`, audience)]
    seen.add(audience)
    if (seconds === undefined) return []
    return [
      ...(seconds < shortestToken
        ? [invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')]
        : []),
      ...(seconds > longestToken
        ? [invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds')]
        : []),
    ]
  })
}

/** What is wrong with a driver. */
export const csiDriverErrors = ({ spec }: CSIDriver): readonly FieldError[] => {
  const { nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets: inSecrets } = spec
  return [
    ...oneOf('spec.fsGroupPolicy', spec.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType']),
    ...tokenErrors('spec.tokenRequests', spec.tokenRequests),
    ...(spec.volumeLifecycleModes ?? [])
      .filter(mode => mode !== 'Persistent' && mode !== 'Ephemeral')
      .map(mode => notSupported('spec.volumeLifecycleModes', mode, ['Persistent', 'Ephemeral'])),
    ...(period !== undefined && period < 10
      ? [invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds')]
      : []),
    ...(inSecrets !== undefined && (spec.tokenRequests ?? []).length === 0
      ? [
          invalid(
            'spec.serviceAccountTokenInSecrets',
            inSecrets,
            'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
          ),
        ]
      : []),
  ]
}

/** How volumes are attached, and what they are, stays. */
export const csiDriverUpdateErrors = (
  { spec: next }: CSIDriver,
  { spec: previous }: CSIDriver,
): readonly FieldError[] => [
  ...immutable('spec.attachedRequired', next.attachRequired, previous.attachRequired),
  ...immutable('spec.volumeLifecycleModes', next.volumeLifecycleModes, previous.volumeLifecycleModes),
]

/** Of a driver that asks for tokens anew, and does not say that it takes them as secrets. */
export const csiDriverWarnings = ({ spec }: CSIDriver, previous: CSIDriver | undefined): readonly string[] =>
  (spec.tokenRequests?.length ?? 0) > 0 &&
  spec.serviceAccountTokenInSecrets === undefined &&
  !deepEqual(spec.tokenRequests, previous?.spec.tokenRequests)
    ? [
        'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
      ]
    : []
