import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'

/** Pod Security Standards, the laxest first. */
export const levels = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof levels)[number]

/** The minor version of Kubernetes whose rules apply; `Infinity` is `latest`. */
export type PolicyVersion = number

export interface LevelVersion {
  readonly level: Level
  readonly version: PolicyVersion
}

/** What a namespace demands of its pods: refused, told in the audit log, and warned of. */
export interface Policy {
  readonly enforce: LevelVersion
  readonly audit: LevelVersion
  readonly warn: LevelVersion
}

export type Mode = keyof Policy

/** As a policy is named to people: `restricted:v1.30`. */
export const policyName = ({ level, version }: LevelVersion): string =>
  `${level}:${version === Infinity ? 'latest' : `v1.${version}`}`

/** Below zero where `a` is the laxer. */
export const compareLevels = (a: Level, b: Level): number => levels.indexOf(a) - levels.indexOf(b)

const prefix = 'pod-security.kubernetes.io/'
const unrestricted: LevelVersion = { level: 'privileged', version: Infinity }

/** A label that cannot be read enforces the strictest, and neither warns nor audits. */
const onBadLevel: Readonly<Record<Mode, Level>> = { enforce: 'restricted', audit: 'privileged', warn: 'privileged' }

/** The policy of a namespace's labels, and what is wrong with them; there is always a policy. */
export const policyOf = (
  labels: Readonly<Record<string, string>> | undefined,
): { readonly policy: Policy; readonly errors: readonly FieldError[] } => {
  if (!labels) return { policy: { enforce: unrestricted, audit: unrestricted, warn: unrestricted }, errors: [] }
  const enforce = modeOf(labels, 'enforce')
  const audit = modeOf(labels, 'audit')
  const warn = modeOf(labels, 'warn')
  const errors = [enforce, audit, warn].flatMap(mode => mode.errors)
  const followsEnforce = warn.level === undefined && enforce.level === enforce.value.level
  const warned = followsEnforce ? asEnforced(warn, enforce.value) : warn.value
  return { policy: { enforce: enforce.value, audit: audit.value, warn: warned }, errors }
}

interface ModeLabels {
  readonly value: LevelVersion
  /** As written; `undefined` without such a label. */
  readonly level: string | undefined
  readonly version: string | undefined
  readonly errors: readonly FieldError[]
}

const modeOf = (labels: Readonly<Record<string, string>>, mode: Mode): ModeLabels => {
  const level = ofLabel(labels, `${prefix}${mode}`)
  const version = ofLabel(labels, `${prefix}${mode}-version`)
  const known = levels.find(name => name === level)
  const minor = version === undefined || version === 'latest' ? Infinity : minorOf(version)
  return {
    value: { level: known ?? (level === undefined ? 'privileged' : onBadLevel[mode]), version: minor ?? Infinity },
    level,
    version,
    errors: [
      ...(level !== undefined && !known
        ? [fieldError.invalid(`metadata.labels[${prefix}${mode}]`, level, `must be one of ${levels.join(', ')}`)]
        : []),
      ...(minor === undefined
        ? [fieldError.invalid(`metadata.labels[${prefix}${mode}-version]`, version, 'must be "latest" or "v1.x"')]
        : []),
    ],
  }
}

const ofLabel = (labels: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(labels, name) ? labels[name] : undefined

const minorOf = (version: string): number | undefined => {
  const [, minor] = /^v1\.(\d|[1-9]\d*)$/.exec(version) ?? []
  return minor === undefined ? undefined : Number(minor)
}

/** Who says nothing of warnings is warned of what is enforced. */
const asEnforced = (warn: ModeLabels, enforce: LevelVersion): LevelVersion => {
  if (compareLevels(enforce.level, warn.value.level) <= 0) return warn.value
  return { level: enforce.level, version: warn.version === undefined ? enforce.version : warn.value.version }
}
