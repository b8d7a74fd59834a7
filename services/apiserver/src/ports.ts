import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { Either } from '@periplus/prelude'
import type { FieldRequirement, KubernetesObject, ObjectRef, Refusal, Stored } from '@periplus/api'
import type { Candidate } from '@periplus/commands'
import type { Cut } from '@periplus/projection'

/** Who asks, as `authentication.k8s.io` knows users. */
export interface User {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/** What is asked, as `SubjectAccessReview` names it. */
export type Attributes =
  | {
      readonly tag: 'Resource'
      /** As RBAC rules name it: `get`, `list`, `watch`, `create`, `deletecollection`, `impersonate`... */
      readonly verb: string
      readonly group: string
      readonly version: string
      readonly resource: string
      readonly subresource: string
      /** `''` for cluster scope and for all namespaces. */
      readonly namespace: string
      /** `''` for a whole collection. */
      readonly name: string
      /** Of a collection: the field selector that it is asked for with. */
      readonly fields?: readonly FieldRequirement[]
    }
  | { readonly tag: 'NonResource'; readonly verb: string; readonly path: string }

/** Where a peer certificate (`getPeerCertificate` of the TLS socket) and the headers of a request are found. */
export type AuthenticatedRequest = IncomingMessage | Http2ServerRequest

/**
 * Who a request comes from. Absent credentials are `system:anonymous` or a refusal, as the implementation decides; wrong
 * ones are always `Unauthorized`.
 */
export type Authenticate = (request: AuthenticatedRequest) => Promise<Either<Refusal, User>>

/**
 * Whether a user may. Right: what allows it, in Kubernetes' words, `''` where there is nothing to say; the refusal is `Forbidden`.
 * Synchronous: rules are read from the cut.
 */
export type Authorize = (user: User, attributes: Attributes) => Either<Refusal, string>

/** What all who judge say together of what somebody may do. */
export interface Judgement {
  readonly allowed: boolean
  /** Somebody forbids it, which is more than that nobody allows it. */
  readonly denied: boolean
  /** In Kubernetes' words, perhaps empty. */
  readonly reason: string
  /** Why somebody could not be asked. */
  readonly fault?: string
}

/** Who judges while one request is looked at. */
export interface Authority {
  readonly authorize: Authorize
  readonly mayWrite: (user: User, write: Candidate) => Refusal | undefined
}

/** The part of a state of the cluster that decides about rights. */
export type PolicyState = Pick<Cut, 'entry' | 'entries' | 'by'>

/** What `SelfSubjectRulesReview` lists: the rules that apply to a user in a namespace. */
export type RulesFor = (user: User, namespace: string) => RulesForUser

export interface RulesForUser {
  readonly resourceRules: readonly {
    readonly verbs: readonly string[]
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly resourceNames?: readonly string[]
  }[]
  readonly nonResourceRules: readonly {
    readonly verbs: readonly string[]
    readonly nonResourceURLs: readonly string[]
  }[]
}

/** Issues and checks bearer tokens: the `token` subresource of service accounts, and `TokenReview`. */
export interface Tokens {
  issue(request: TokenIssue): Promise<Either<Refusal, { readonly token: string; readonly expirationTimestamp: string }>>
  /** The user that a token stands for and the audiences of the caller's that it is good for. */
  review(
    token: string,
    audiences: readonly string[],
  ): Promise<Either<Refusal, { readonly user: User; readonly audiences: readonly string[] }>>
}

/** A `TokenRequest`, as it was sent. */
export interface TokenQuestion {
  readonly namespace: string
  readonly serviceAccount: string
  readonly audiences: readonly string[]
  readonly boundObject?: {
    readonly apiVersion?: string
    readonly kind?: string
    readonly name?: string
    readonly uid?: string
  }
}

export interface TokenIssue {
  readonly serviceAccount: Stored<KubernetesObject>
  /** Empty: the API server's own. */
  readonly audiences: readonly string[]
  readonly expirationSeconds: number
  /** The token dies with this object. Its existence has been checked. */
  readonly boundObject?: {
    readonly apiVersion: string
    readonly kind: string
    readonly name: string
    readonly uid: string
  }
}

/** What the gateway needs from those who keep keys and rules. */
export interface Security {
  readonly authenticate: Authenticate
  /** By the rules of the cluster alone. */
  readonly authorize: Authorize
  /**
   * Runs what has to be allowed, with whoever judges: the rules of the cluster, and servers outside where the operator names some. What is
   * refused for want of their answers is run again with them, so it does nothing that it has not asked for.
   */
  readonly deciding: <L, A>(
    run: (authority: Authority) => Either<L, A> | Promise<Either<L, A>>,
  ) => Promise<Either<L, A>>
  /** What they all say of one thing. */
  readonly judge: (user: User, attributes: Attributes) => Promise<Judgement>
  /** Whether servers outside are asked too. They are asked about requests, not about each of many objects. */
  readonly asksOutside: () => boolean
  /** The same by the rules of another state than the present. */
  readonly authorizeAt: (state: PolicyState) => Authorize
  readonly rulesFor: RulesFor
  /**
   * Asked before anything is written, with the object as it would be: what depends on who writes. Nobody gives what they don't
   * have, nodes and signers keep to their own.
   */
  readonly mayWrite: (user: User, write: Candidate) => Refusal | undefined
  /** The same for a token that somebody asks for: why not, if not. */
  readonly tokenFault: (user: User, asked: TokenQuestion) => string | undefined
  readonly tokens: Tokens
  /** The issuer's public documents: `/.well-known/openid-configuration` and `/openid/v1/jwks`; absent paths are 404. */
  readonly publicDocuments: Readonly<Record<string, () => unknown>>
}

/** The pod whose node is to be reached; it is bound to one. */
export interface StreamTarget {
  readonly pod: Stored<KubernetesObject>
  readonly ref: ObjectRef
  readonly nodeName: string
}

/** `PodLogOptions`, parsed and checked; the container is named. */
export interface LogOptions {
  readonly container: string
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  readonly sinceSeconds?: number
  /** RFC 3339. */
  readonly sinceTime?: string
  readonly tailLines?: number
  readonly limitBytes?: number
  /** `All`, `Stdout` or `Stderr`. */
  readonly stream: string
}

/** `PodExecOptions`, `PodAttachOptions`, `PodPortForwardOptions`, or a log over a WebSocket, parsed and checked. */
export type StreamOptions =
  | {
      readonly tag: 'Exec' | 'Attach'
      readonly container: string
      /** Empty for `Attach`. */
      readonly command: readonly string[]
      readonly stdin: boolean
      readonly stdout: boolean
      readonly stderr: boolean
      readonly tty: boolean
    }
  | { readonly tag: 'PortForward'; readonly ports: readonly number[] }
  | ({ readonly tag: 'Log' } & LogOptions)

/** An HTTP/1.1 connection that asked to be upgraded (WebSocket or SPDY/3.1) and has been authorized. */
export interface UpgradeRequest {
  readonly request: IncomingMessage
  readonly socket: Duplex
  /** What the client sent after its headers. */
  readonly head: Buffer
  /** Called before anything is written to the socket: from then on nothing else writes to it. */
  readonly release: () => void
}

/**
 * The way to a pod's node. A refusal is answered to the client as a `Status`; once `upgrade` has resolved to right, the
 * connection is the port's: it answers 101, speaks the protocol and closes.
 */
export interface NodeStreams {
  logs(
    target: StreamTarget,
    options: LogOptions,
    signal: AbortSignal,
  ): Promise<Either<Refusal, AsyncIterable<Uint8Array>>>
  upgrade(target: StreamTarget, options: StreamOptions, connection: UpgradeRequest): Promise<Either<Refusal, void>>
  /** A connection to a port at the pod's own address. */
  connect(target: StreamTarget, port: number): Promise<Either<Refusal, Duplex>>
  /** A connection to the node itself, which speaks HTTP/1.1. */
  connectNode(nodeName: string): Promise<Either<Refusal, Duplex>>
}
