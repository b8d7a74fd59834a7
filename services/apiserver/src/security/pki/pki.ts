import { X509Certificate, createPrivateKey } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { E, thrownText } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { issueCertificate, needsRenewal, newAuthority } from './certificates.ts'
import { signRequest } from './sign-request.ts'
import type { Wanted } from './sign-request.ts'
import type { Identity, Subject } from './certificates.ts'
import { generateKeyPair, privateKeyPem } from './key-pair.ts'
import { bundle, unbundle } from './identity-file.ts'
import { UnusableKey, createSecret, readSecret, replaceSecret } from './secret-files.ts'

export interface PkiOptions {
  /** `$PERIPLUS_HOME`; everything lies under its `pki` folder. */
  readonly home: string
  readonly clock: Clock
  /** More names and addresses that clients reach the API server by, such as the machine's own address. */
  readonly extraNames?: readonly string[]
  /** The first address of the service network; default 10.96.0.1. */
  readonly serviceIp?: string
  /** Default `cluster.local`. */
  readonly clusterDomain?: string
}

/** The cluster's keys and certificates, made where they are missing and renewed where they are about to end. */
export interface Pki {
  /** The authority's certificate, PEM: what clients and pods trust. */
  readonly ca: string
  readonly serving: Identity
  /** PKCS#8 PEM of the key that signs service account tokens. */
  readonly tokenKey: string
  readonly admin: Identity
  /** Who may say to other servers who asks (`--requestheader-client-ca-file`), and this server as one that may. */
  readonly frontProxy: { readonly ca: string; readonly client: Identity }
  readonly controllerManager: Identity
  readonly scheduler: Identity
  /** `system:node:<name>` in `system:nodes`. */
  node(name: string): Promise<Identity>
  /** Signs a client's PKCS#10 request in PEM; what is asked for is the caller's to judge. Left: why it is no request. */
  sign(request: string, wanted: Wanted): Promise<Either<string, string>>
  /** A server beside the API server that may be one of several, kept under `file`, certificate and key in one. */
  peer(file: string, commonName: string, names: readonly string[]): Promise<Identity>
  /** Any other client of the cluster, kept under `file`. */
  client(file: string, commonName: string, organizations: readonly string[]): Promise<Identity>
}

/** The common name of the certificate that other servers know this one by. */
export const frontProxyName = 'front-proxy-client'

const servingNames = ({ extraNames = [], serviceIp = '10.96.0.1', clusterDomain = 'cluster.local' }: PkiOptions) => [
  'localhost',
  '127.0.0.1',
  '::1',
  hostname().toLowerCase(),
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  `kubernetes.default.svc.${clusterDomain}`,
  serviceIp,
  ...extraNames,
]

/**
 * Idempotent, and safe when several processes start at once. Files are one PEM each, certificate then key, mode 0600.
 * What the authority can issue again is issued again where its file is damaged. Throws `UnusableKey` for the authority itself and
 * for the key of service account tokens.
 */
export const ensurePki = async (options: PkiOptions): Promise<Pki> => {
  const folder = join(options.home, 'pki')
  const now = options.clock.now()
  const authority = await ensureAuthority(folder, 'ca', now)
  const frontProxy = await ensureAuthority(folder, 'front-proxy-ca', now)
  const ensure = (file: string, subject: Subject): Promise<Identity> =>
    ensureIdentity(join(folder, file), authority, subject, options.clock.now())
  const client = (file: string, commonName: string, organizations: readonly string[]): Promise<Identity> =>
    ensure(`${file}.pem`, { tag: 'Client', commonName, organizations })

  const names = [...new Set(servingNames(options))]
  return {
    ca: authority.certificate,
    serving: await ensure('apiserver.pem', { tag: 'Server', commonName: 'kube-apiserver', names }),
    tokenKey: await ensureTokenKey(folder),
    frontProxy: {
      ca: frontProxy.certificate,
      client: await ensureIdentity(
        join(folder, 'front-proxy-client.pem'),
        frontProxy,
        { tag: 'Client', commonName: frontProxyName, organizations: [] },
        now,
      ),
    },
    admin: await client('admin', 'kubernetes-admin', ['system:masters']),
    controllerManager: await client('controller-manager', 'system:kube-controller-manager', []),
    scheduler: await client('scheduler', 'system:kube-scheduler', []),
    sign: async (request, wanted) => {
      try {
        return E.right(await signRequest(authority, request, wanted, options.clock.now()))
      } catch (error) {
        return E.left(thrownText(error))
      }
    },
    peer: (file, commonName, names) => ensure(`${file}.pem`, { tag: 'Server', commonName, names, isPeer: true }),
    node: name => client(join('nodes', name), `system:node:${name}`, ['system:nodes']),
    client,
  }
}

/** One authority each for who clients are and for who may speak for them: a certificate of one means nothing to the other. */
const ensureAuthority = async (folder: string, file: string, now: number): Promise<Identity> => {
  const path = join(folder, `${file}.pem`)
  const made = async () => bundle(await newAuthority(now, `periplus-${file}`))
  const text = (await readSecret(path)) ?? (await createSecret(path, await made()))
  const authority = unbundle(text)
  const fault = faultOf(authority, now) ?? (isAuthority(authority) ? undefined : 'is the certificate of no authority')
  if (fault !== undefined)
    throw new UnusableKey(
      `${path} ${fault}: put the file back as it was, or delete it for a new authority, which no client knows`,
    )
  // The certificate alone, for those who only need to trust.
  await replaceSecret(join(folder, `${file}.crt`), authority.certificate)
  return authority
}

const ensureIdentity = async (path: string, authority: Identity, subject: Subject, now: number): Promise<Identity> => {
  const text = await readSecret(path)
  const present = text === undefined ? undefined : unbundle(text)
  if (present && faultOf(present, now) === undefined && !needsRenewal(present, authority, subject, now)) return present
  const issued = await issueCertificate(authority, subject, now)
  await replaceSecret(path, bundle(issued))
  return issued
}

const ensureTokenKey = async (folder: string): Promise<string> => {
  const path = join(folder, 'service-accounts.key')
  const present = await readSecret(path)
  if (present !== undefined && isPrivateKey(present)) return present
  if (present !== undefined)
    throw new UnusableKey(
      `${path} is damaged: put the file back as it was, or delete it, which ends all tokens issued so far`,
    )
  return await createSecret(path, await privateKeyPem((await generateKeyPair()).privateKey))
}

/** Tokens are signed with ES256, whatever else a key may be good for. */
const isPrivateKey = (pem: string): boolean => {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}

const isAuthority = ({ certificate }: Identity): boolean => new X509Certificate(certificate).ca

/** What is wrong with a certificate and its key, as they were read; `undefined` where they can be used. */
const faultOf = ({ certificate, key }: Identity, now: number): string | undefined => {
  try {
    const parsed = new X509Certificate(certificate)
    if (!parsed.checkPrivateKey(createPrivateKey(key))) return "has a key that isn't its certificate's"
    return Date.parse(parsed.validTo) < now ? `ended on ${parsed.validTo}` : undefined
  } catch {
    return 'is damaged'
  }
}
