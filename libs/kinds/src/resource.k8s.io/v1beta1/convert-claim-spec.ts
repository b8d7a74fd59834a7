import type { DeviceRequest as StoredRequest } from '../v1/device-request.ts'
import type { ResourceClaimSpec as StoredSpec } from '../v1/resource-claim-spec.ts'
import type { DeviceRequest } from './device-request.ts'
import type { ResourceClaimSpec } from './resource-claim-spec.ts'

/** This version spreads over a request what the stored one gathers in `exactly`. */
const requestToStored = ({ name, firstAvailable, ...exactly }: DeviceRequest): StoredRequest => {
  const { deviceClassName = '', ...rest } = exactly
  if (firstAvailable !== undefined) return { name, firstAvailable }
  return { name, exactly: { deviceClassName, ...rest } }
}

const requestFromStored = ({ name, firstAvailable, exactly }: StoredRequest): DeviceRequest =>
  firstAvailable === undefined ? { name, ...exactly } : { name, firstAvailable }

/** The spec of a claim in the stored version's form; of a partial one, which has none, none. */
export const claimSpecToStored = (spec: ResourceClaimSpec | undefined): StoredSpec =>
  spec?.devices?.requests
    ? { ...spec, devices: { ...spec.devices, requests: spec.devices.requests.map(requestToStored) } }
    : (spec as StoredSpec)

/** The spec of a stored claim in this version's form. */
export const claimSpecFromStored = (spec: StoredSpec | undefined): ResourceClaimSpec =>
  spec?.devices?.requests
    ? { ...spec, devices: { ...spec.devices, requests: spec.devices.requests.map(requestFromStored) } }
    : (spec as ResourceClaimSpec)
