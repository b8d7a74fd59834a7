import { fieldError, isDns1035Label, isDns1123Subdomain, isPortNumber } from '@periplus/api'
import type { FieldError, Int64, ObjectMeta } from '@periplus/api'

const { invalid, required } = fieldError

interface ServiceLike {
  readonly metadata?: ObjectMeta
  readonly spec?: {
    readonly caBundle?: string
    readonly group?: string
    readonly groupPriorityMinimum: Int64
    readonly insecureSkipTLSVerify?: boolean
    readonly service?: { readonly name?: string; readonly namespace?: string; readonly port?: Int64 }
    readonly version?: string
    readonly versionPriority: Int64
  }
}

const backendErrors = ({
  caBundle,
  insecureSkipTLSVerify,
  service,
}: NonNullable<ServiceLike['spec']>): readonly FieldError[] => {
  const bytes = `${Buffer.from(caBundle ?? '', 'base64').length} bytes`
  if (!service)
    return [
      ...(caBundle ? [invalid('spec.caBundle', bytes, 'local APIServices may not have a caBundle')] : []),
      ...(insecureSkipTLSVerify
        ? [invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify')]
        : []),
    ]
  return [
    ...(service.namespace ? [] : [required('spec.service.namespace')]),
    ...(service.name ? [] : [required('spec.service.name')]),
    ...isPortNumber(Number(service.port ?? 443)).map(one =>
      invalid('spec.service.port', service.port, `port is not valid: ${one}`),
    ),
    ...(insecureSkipTLSVerify && caBundle
      ? [invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')]
      : []),
  ]
}

const within = (path: string, value: Int64, most: number): readonly FieldError[] =>
  value > 0 && value <= most ? [] : [invalid(path, value, `must be positive and less than ${most}`)]

/** What is wrong with an APIService. */
export const apiServiceErrors = ({ metadata, spec }: ServiceLike): readonly FieldError[] => {
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = spec ?? {}
  const name = `${version}.${group}`
  return [
    ...(metadata?.name === name
      ? []
      : [
          invalid(
            'metadata.name',
            metadata?.name ?? '',
            `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(name)}`,
          ),
        ]),
    ...(group === '' && version !== 'v1'
      ? [required('spec.group', 'only v1 may have an empty group and it better be legacy kube')]
      : []),
    ...(group === '' ? [] : isDns1123Subdomain(group).map(one => invalid('spec.group', group, one))),
    ...isDns1035Label(version).map(one => invalid('spec.version', version, one)),
    ...within('spec.groupPriorityMinimum', groupPriorityMinimum, 20_000),
    ...within('spec.versionPriority', versionPriority, 1_000),
    ...(spec ? backendErrors(spec) : []),
  ]
}
