import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { deepEqual, isRecord } from '@periplus/api'
import { openApiV2PartOf } from '../discovery/merged-open-api.ts'
import type { ForeignOpenApi, OpenApiV2Part } from '../discovery/merged-open-api.ts'
import type { AggregatedApi } from './api-services.ts'
import { askBackend } from './ask-backend.ts'
import type { BackendDeps } from './backend.ts'

/** The hash in the address that an OpenAPI v3 index has for a document. */
const hashIn = (index: unknown, path: string): string | undefined => {
  const paths = isRecord(index) ? index['paths'] : undefined
  const entry = isRecord(paths) && Object.hasOwn(paths, path) ? paths[path] : undefined
  const url = isRecord(entry) ? entry['serverRelativeURL'] : undefined
  if (typeof url !== 'string') return undefined
  return new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('hash') ?? undefined
}

/** Characters that a hash may have; whatever stands there goes into a document of this server's own. */
const isHash = (text: string): boolean => /^[\w-]{1,256}$/.test(text)

/**
 * What the server of an API says of it in OpenAPI, as far as it says anything; `before` where that is still the same, so that nobody
 * makes documents anew.
 */
export const askOpenApi = async (
  deps: BackendDeps,
  api: AggregatedApi,
  clock: Clock,
  before: ForeignOpenApi | undefined,
): Promise<ForeignOpenApi> => {
  const path = `apis/${api.group}/${api.version}`
  const [index, document] = await Promise.all([
    askBackend(deps, api, '/openapi/v3', clock),
    askBackend(deps, api, '/openapi/v2', clock),
  ])
  const hash = E.isRight(index) ? hashIn(index.right, path) : undefined
  const part: OpenApiV2Part | undefined = E.isRight(document) ? openApiV2PartOf(document.right, `/${path}`) : undefined
  const now: ForeignOpenApi = {
    path,
    ...(hash !== undefined && isHash(hash) ? { hash } : {}),
    ...(part ? { v2: part } : {}),
  }
  return deepEqual(before, now) && before ? before : now
}
