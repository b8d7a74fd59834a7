import { fieldError, formatDuration } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { millisecondsOf, readChecked } from '@periplus/apiserver'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { SealedResources } from '../../home/sealed-resources.ts'
import { encryptionConfiguration } from './encryption-configuration.ts'
import type { EncryptionConfiguration, KmsConfiguration, ProviderConfiguration } from './encryption-configuration.ts'
import type { KmsProvider } from './kms-plugin.ts'

/** Who keeps the cluster's keys, the first one those that are made; `Identity`: they lie in the file as they are. */
export type KeyProvider = { readonly tag: 'Kms'; readonly kms: KmsProvider } | { readonly tag: 'Identity' }

type Errors = readonly FieldError[]

/**
 * Who keeps the keys of what is sealed, as a file says it. Left: a line for each fault. Of Kubernetes' providers there are `kms` v2 and
 * `identity`, for all that is sealed: keys in a file, which the others are, the cluster makes for itself.
 */
export const readEncryption =
  (sealed: SealedResources) =>
  (text: string): Either<readonly string[], readonly KeyProvider[]> => {
    const read = readChecked(encryptionConfiguration, text, found => encryptionErrors(found, sealed))
    return E.isLeft(read) ? read : E.right((read.right.resources[0]?.providers ?? []).map(providerOf))
  }

const defaultTimeout = '3s'

const providerOf = ({ kms }: ProviderConfiguration): KeyProvider =>
  kms
    ? {
        tag: 'Kms',
        kms: {
          name: kms.name,
          socket: decodeURIComponent(new URL(kms.endpoint).pathname),
          timeoutSeconds: millisecondsOf(kms.timeout ?? defaultTimeout) / 1000,
        },
      }
    : { tag: 'Identity' }

const encryptionErrors = ({ resources }: EncryptionConfiguration, sealed: SealedResources): Errors => {
  const [only, another] = resources
  if (!only) return [fieldError.required('resources', 'at least one resources is required')]
  if (another) return [fieldError.forbidden('resources[1]', 'all that is sealed has the same providers')]
  const names = kmsNames(only.providers)
  return [
    ...resourceErrors(only.resources, sealed),
    ...(only.providers.length === 0
      ? [fieldError.required('resources[0].providers', 'at least one resources[0].providers is required')]
      : []),
    ...only.providers.flatMap((provider, i) => providerErrors(provider, `resources[0].providers[${i}]`)),
    ...names.flatMap((name, i) =>
      name !== undefined && names.indexOf(name) < i
        ? [
            fieldError.invalid(
              `resources[0].providers[${i}].kms.name`,
              name,
              `duplicate KMS provider name ${name}, names must be unique`,
            ),
          ]
        : [],
    ),
  ]
}

const kmsNames = (providers: readonly ProviderConfiguration[]): readonly (string | undefined)[] =>
  providers.map(({ kms }) => kms?.name)

const resourceErrors = (named: readonly string[], sealed: SealedResources): Errors => {
  const isSame = named.length === sealed.size && named.every(name => sealed.has(name))
  const wanted = [...sealed].join(', ') || 'none'
  return isSame
    ? []
    : [fieldError.invalid('resources[0].resources', named, `must be what PERIPLUS_SEALED says is sealed: ${wanted}`)]
}

const kinds = ['kms', 'aesgcm', 'aescbc', 'secretbox', 'identity'] as const

const providerErrors = (provider: ProviderConfiguration, path: string): Errors => {
  const [kind, another] = kinds.filter(name => provider[name] !== undefined)
  if (kind === undefined)
    return [
      fieldError.invalid(
        path,
        provider,
        'provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity',
      ),
    ]
  if (another !== undefined)
    return [
      fieldError.invalidUnshown(
        path,
        'more than one provider specified in a single element, should split into different list elements',
      ),
    ]
  if (kind === 'identity') return []
  return provider.kms
    ? kmsErrors(provider.kms, `${path}.kms`)
    : [
        fieldError.forbidden(
          `${path}.${kind}`,
          'the cluster makes keys of its own: only kms and identity are supported',
        ),
      ]
}

const kmsErrors = (
  { apiVersion, name, cachesize, endpoint, timeout = defaultTimeout }: KmsConfiguration,
  path: string,
): Errors => [
  ...(name === '' ? [fieldError.required(`${path}.name`, 'name is a mandatory field for a provider')] : []),
  ...(name.includes(':')
    ? [fieldError.invalid(`${path}.name`, name, `invalid KMS provider name ${name}, must not contain ':'`)]
    : []),
  ...(millisecondsOf(timeout) > 0
    ? []
    : [
        fieldError.invalid(
          `${path}.timeout`,
          formatDuration(millisecondsOf(timeout)),
          'timeout should be a positive value',
        ),
      ]),
  ...endpointErrors(endpoint, `${path}.endpoint`),
  ...(cachesize === undefined
    ? []
    : [fieldError.invalid(`${path}.cachesize`, cachesize, 'cachesize is not supported in v2')]),
  // Kubernetes takes v1 where none is named, which it has switched off since 1.29.
  ...(apiVersion === 'v2'
    ? []
    : [
        fieldError.invalid(
          `${path}.apiVersion`,
          apiVersion ?? 'v1',
          'unsupported apiVersion for KMS provider, only v2 is supported',
        ),
      ]),
]

const endpointErrors = (endpoint: string, path: string): Errors => {
  if (endpoint === '') return [fieldError.invalid(path, '', 'endpoint is a mandatory field for a kms')]
  if (!URL.canParse(endpoint))
    return [fieldError.invalid(path, endpoint, 'invalid endpoint for kms provider, error: it is no URL')]
  const { protocol, host, pathname } = new URL(endpoint)
  const scheme = protocol.slice(0, -1)
  if (scheme !== 'unix')
    return [
      fieldError.invalid(
        path,
        endpoint,
        `unsupported scheme ${JSON.stringify(scheme)} for KMS provider, only unix is supported`,
      ),
    ]
  return host === '' && /^\/[^@]/.test(pathname)
    ? []
    : [fieldError.invalid(path, endpoint, 'must be the absolute path of a socket, such as unix:///run/kms.sock')]
}
