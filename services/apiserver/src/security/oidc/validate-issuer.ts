import { X509Certificate } from 'node:crypto'
import { withoutTrailing } from '@periplus/prelude'
import { fieldError, goQuote } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { JwtIssuer } from './configuration.ts'
import { when } from '../../configuration/errors.ts'
import type { Errors } from '../../configuration/errors.ts'

const { invalid, required } = fieldError

/** `disallowed`: issuers of the cluster's own tokens. */
export const issuerErrors = (issuer: JwtIssuer, path: string, disallowed: readonly string[]): Errors => {
  const { url, discoveryURL = '', certificateAuthority = '', audiences, audienceMatchPolicy = '' } = issuer
  const { egressSelectorType = '' } = issuer
  return [
    ...(url === '' ? [required(`${path}.url`)] : urlErrors(url, `${path}.url`, disallowed)),
    ...(discoveryURL === '' ? [] : discoveryErrors(discoveryURL, url, `${path}.discoveryURL`)),
    ...audienceErrors(audiences, audienceMatchPolicy, path),
    ...when(certificateAuthority !== '' && !isCertificates(certificateAuthority), () =>
      invalid(`${path}.certificateAuthority`, '<omitted>', 'data does not contain any valid RSA or ECDSA certificates'),
    ),
    ...(egressSelectorType === '' ? [] : [egressError(egressSelectorType, `${path}.egressSelectorType`)]),
  ]
}

const discoveryErrors = (discoveryURL: string, url: string, path: string): Errors => [
  ...when(url !== '' && withoutTrailing(url, '/') === withoutTrailing(discoveryURL, '/'), () =>
    invalid(path, discoveryURL, 'discoveryURL must be different from URL'),
  ),
  ...urlErrors(discoveryURL, path, []),
]

/** There are no egress selectors here, so that the ones that Kubernetes knows are refused too. */
const egressError = (type: string, path: string): FieldError =>
  invalid(
    path,
    type,
    type === 'controlplane' || type === 'cluster'
      ? 'egress selector is not supported'
      : 'egress selector must be either controlplane or cluster',
  )

const audienceErrors = (audiences: readonly string[], policy: string, path: string): Errors => {
  const [own, ofPolicy] = [`${path}.audiences`, `${path}.audienceMatchPolicy`]
  if (audiences.length === 0) return [required(own, `at least one ${own} is required`)]
  return [
    ...audiences.flatMap((audience, i) => [
      ...when(audience === '', () => required(`${own}[${i}]`)),
      ...when(audiences.indexOf(audience) < i, () => fieldError.duplicate(`${own}[${i}]`, audience)),
    ]),
    ...when(audiences.length > 1 && policy !== 'MatchAny', () =>
      invalid(ofPolicy, policy, 'audienceMatchPolicy must be MatchAny for multiple audiences'),
    ),
    ...when(audiences.length === 1 && policy !== '' && policy !== 'MatchAny', () =>
      invalid(ofPolicy, policy, 'audienceMatchPolicy must be empty or MatchAny for single audience'),
    ),
  ]
}

/** The parts of a URL that Go's `url.Parse` gives. */
const written =
  /^(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?<authority>[^/?#]*))?[^?#]*(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/s

const urlErrors = (text: string, path: string, disallowed: readonly string[]): Errors => {
  const overlap = when(disallowed.includes(text), () =>
    invalid(path, text, `URL must not overlap with disallowed issuers: [${disallowed.join(' ')}]`),
  )
  const why = unreadable(text)
  if (why !== undefined) return [...overlap, invalid(path, text, `parse ${goQuote(text)}: ${why}`)]
  const { scheme = '', authority = '', query = '', fragment = '' } = written.exec(text)?.groups ?? {}
  return [
    ...overlap,
    ...when(scheme.toLowerCase() !== 'https', () => invalid(path, text, 'URL scheme must be https')),
    ...when(authority.includes('@'), () => invalid(path, text, 'URL must not contain a username or password')),
    ...when(query !== '', () => invalid(path, text, 'URL must not contain a query')),
    ...when(fragment !== '', () => invalid(path, text, 'URL must not contain a fragment')),
  ]
}

/** Why Go does not take it for a URL at all. */
const unreadable = (text: string): string | undefined => {
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL'
  if (text.startsWith(':')) return 'missing protocol scheme'
  const [, host = ''] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(text) ?? []
  const [wrong] = /[ "<>\\^`{|}]/.exec(host) ?? []
  return wrong === undefined ? undefined : `invalid character ${goQuote(wrong)} in host name`
}

const isCertificates = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).publicKey.type === 'public'
  } catch {
    return false
  }
}
