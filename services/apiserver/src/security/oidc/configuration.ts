import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { boolean, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.apiserver.pkg.apis.apiserver.v1'

const Issuer = struct(`${pkg}.Issuer`, {
  url: required(undefined, string),
  discoveryURL: optional(undefined, string),
  certificateAuthority: optional(undefined, string),
  audiences: required(undefined, list(string)),
  audienceMatchPolicy: optional(undefined, string),
  egressSelectorType: optional(undefined, string),
})

const ClaimValidationRule = struct(`${pkg}.ClaimValidationRule`, {
  claim: optional(undefined, string),
  requiredValue: optional(undefined, string),
  expression: optional(undefined, string),
  message: optional(undefined, string),
})

const PrefixedClaimOrExpression = struct(`${pkg}.PrefixedClaimOrExpression`, {
  claim: optional(undefined, string),
  prefix: optional(undefined, string),
  expression: optional(undefined, string),
})

const ClaimOrExpression = struct(`${pkg}.ClaimOrExpression`, {
  claim: optional(undefined, string),
  expression: optional(undefined, string),
})

const ExtraMapping = struct(`${pkg}.ExtraMapping`, {
  key: required(undefined, string),
  valueExpression: required(undefined, string),
})

const ClaimMappings = struct(`${pkg}.ClaimMappings`, {
  username: required(undefined, PrefixedClaimOrExpression),
  groups: optional(undefined, PrefixedClaimOrExpression),
  uid: optional(undefined, ClaimOrExpression),
  extra: optional(undefined, list(ExtraMapping)),
})

const UserValidationRule = struct(`${pkg}.UserValidationRule`, {
  expression: required(undefined, string),
  message: optional(undefined, string),
})

const JWTAuthenticator = struct(`${pkg}.JWTAuthenticator`, {
  issuer: required(undefined, Issuer),
  claimValidationRules: optional(undefined, list(ClaimValidationRule)),
  claimMappings: required(undefined, ClaimMappings),
  userValidationRules: optional(undefined, list(UserValidationRule)),
})

const AnonymousAuthConfig = struct(`${pkg}.AnonymousAuthConfig`, {
  enabled: required(undefined, boolean),
  conditions: optional(undefined, list(struct(`${pkg}.AnonymousAuthCondition`, { path: required(undefined, string) }))),
})

const AuthenticationConfigurationSchema = struct(`${pkg}.AuthenticationConfiguration`, {
  apiVersion: optional(undefined, string),
  kind: optional(undefined, string),
  jwt: optional(undefined, list(JWTAuthenticator)),
  anonymous: optional(undefined, AnonymousAuthConfig),
})

export type JwtIssuer = TypeOf<typeof Issuer>
export type JwtAuthenticator = TypeOf<typeof JWTAuthenticator>
export type ClaimMappings = TypeOf<typeof ClaimMappings>
export type PrefixedClaimOrExpression = TypeOf<typeof PrefixedClaimOrExpression>
export type ClaimValidationRule = TypeOf<typeof ClaimValidationRule>

/** Whose tokens are good, and as whom: `apiserver.config.k8s.io` AuthenticationConfiguration. */
export type AuthenticationConfiguration = TypeOf<typeof AuthenticationConfigurationSchema>

export const authenticationConfiguration = {
  group: 'apiserver.config.k8s.io',
  version: 'v1',
  kind: 'AuthenticationConfiguration',
  schema: AuthenticationConfigurationSchema,
} as const
