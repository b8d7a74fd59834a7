import { fieldError, isDns1123Subdomain, isPortNumber } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { ServiceReference, WebhookClientConfig } from './webhook-client.ts'

const { child, invalid, required } = fieldError

const form = '; desired format: https://host[/path]'

/** scheme://authority/path?query#fragment (RFC 3986, appendix B). */
const parts = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s

/** What is wrong with the URL of a webhook. */
const urlErrors = (path: FieldPath, url: string): readonly FieldError[] => {
  const [, scheme = '', authority = '', , query = '', fragment = ''] = parts.exec(url) ?? []
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  if (host !== '' && !URL.canParse(`https://${host}`))
    return [
      required(path, `url must be a valid URL: parse ${JSON.stringify(url)}: invalid character in host name${form}`),
    ]
  return [
    ...(scheme === 'https' ? [] : [invalid(path, scheme, `'https' is the only allowed URL scheme${form}`)]),
    ...(host === '' ? [invalid(path, host, `host must be specified${form}`)] : []),
    ...(at >= 0 ? [invalid(path, authority.slice(0, at), 'user information is not permitted in the URL')] : []),
    ...(fragment === '' ? [] : [invalid(path, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalid(path, query, 'query parameters are not permitted in the URL')]),
  ]
}

const stepErrors = (path: FieldPath, text: string): readonly FieldError[] => {
  if (text === '' || text === '/') return []
  if (text === '//') return [invalid(path, text, 'segment[0] may not be empty')]
  const steps = text.slice(1, text.endsWith('/') ? -1 : undefined).split('/')
  return [
    ...(text.startsWith('/') ? [] : [invalid(path, text, "must start with a '/'")]),
    ...steps.flatMap((step, i) =>
      step === ''
        ? [invalid(path, text, `segment[${i}] may not be empty`)]
        : isDns1123Subdomain(step).map(complaint => invalid(path, text, `segment[${i}]: ${complaint}`)),
    ),
  ]
}

const serviceErrors = (path: FieldPath, service: ServiceReference): readonly FieldError[] => [
  ...(service.name === '' ? [required(child(path, 'name'))] : []),
  ...(service.namespace === '' ? [required(child(path, 'namespace'))] : []),
  ...isPortNumber(service.port ?? 443).map(complaint =>
    invalid(child(path, 'port'), service.port, `port is not valid: ${complaint}`),
  ),
  ...stepErrors(child(path, 'path'), service.path ?? ''),
]

/** What is wrong with where a webhook is said to be. */
export const clientErrors = ({ url, service }: WebhookClientConfig, at: FieldPath): readonly FieldError[] => {
  if ((url === undefined) === (service === undefined))
    return [required(at, 'exactly one of url or service is required')]
  return [
    ...(url === undefined ? [] : urlErrors(child(at, 'url'), url)),
    ...(service === undefined ? [] : serviceErrors(child(at, 'service'), service)),
  ]
}
