import { deepEqual, fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each } from '../../validation/values.ts'
import { certificateFault } from './certificate.ts'
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from './schema.ts'

const { duplicate, forbidden, invalid, notSupported, required } = fieldError

type Conditions = readonly CertificateSigningRequestCondition[]

const path = 'status.conditions'
const verdicts = ['Approved', 'Denied'] as const
/** What is said of a request is true, or is not said. */
const onlyTrue = new Set<string>([...verdicts, 'Failed'])

const conditionsOf = ({ status }: CertificateSigningRequest): Conditions => status?.conditions ?? []

const ofType = (request: CertificateSigningRequest, type: string): Conditions =>
  conditionsOf(request).filter(condition => condition.type === type)

/** When a condition was written, and since when it says so, where its writer leaves that out. */
export const withTimes = (
  next: CertificateSigningRequest,
  previous: CertificateSigningRequest,
  now: string,
): CertificateSigningRequest => {
  if (!next.status?.conditions) return next
  const known = sinceWhen(previous)
  const conditions = next.status.conditions.map(condition => ({
    ...condition,
    lastUpdateTime: condition.lastUpdateTime ?? now,
    lastTransitionTime: condition.lastTransitionTime ?? known.get(saying(condition)) ?? now,
  }))
  return { ...next, status: { ...next.status, conditions } }
}

const saying = ({ type, status }: CertificateSigningRequestCondition): string => JSON.stringify([type, status])

/** Since when a request says what it does: the first of those that say the same and when. */
const sinceWhen = (request: CertificateSigningRequest): ReadonlyMap<string, string> => {
  const since = new Map<string, string>()
  for (const condition of conditionsOf(request)) {
    const { lastTransitionTime: time } = condition
    if (time !== undefined && !since.has(saying(condition))) since.set(saying(condition), time)
  }
  return since
}

/** A status, with the verdicts as they were given where it has as many. */
export const withVerdicts = (
  next: CertificateSigningRequest,
  previous: CertificateSigningRequest,
  now: string,
): CertificateSigningRequest => {
  const kept = new Map(
    verdicts.flatMap(type => {
      const [is, was] = [ofType(next, type), ofType(previous, type)]
      return is.length === was.length ? is.map((condition, i) => [condition, was[i] ?? condition] as const) : []
    }),
  )
  const conditions = next.status?.conditions?.map(condition => kept.get(condition) ?? condition)
  return withTimes(conditions ? { ...next, status: { ...next.status, conditions } } : next, previous, now)
}

/** What is wrong with a verdict: one of two, which nobody takes back. */
export const approvalErrors = (
  next: CertificateSigningRequest,
  previous: CertificateSigningRequest,
): readonly FieldError[] => [...conditionErrors(next, previous), ...removalErrors(next, previous)]

/** What is wrong with the status of a request, which neither gives a verdict nor changes it, and has one certificate. */
export const requestStatusErrors = (
  next: CertificateSigningRequest,
  previous: CertificateSigningRequest,
): readonly FieldError[] => [
  ...approvalErrors(next, previous),
  ...verdicts.flatMap(type => {
    const [is, was] = [ofType(next, type), ofType(previous, type)]
    if (is.length < was.length || deepEqual(is, was)) return []
    return [
      forbidden(path, `updates may not ${is.length > was.length ? 'add' : 'modify'} a condition of type "${type}"`),
    ]
  }),
  ...certificateErrors(next.status?.certificate ?? '', previous.status?.certificate ?? ''),
]

const certificateErrors = (next: string, previous: string): readonly FieldError[] => {
  const at = 'status.certificate'
  if (next === previous) return []
  const fault = certificateFault(previous) === undefined ? certificateFault(next) : undefined
  return [
    ...(fault === undefined ? [] : [invalid(at, '<certificate data>', fault)]),
    ...(previous === '' ? [] : [forbidden(at, 'updates may not modify existing certificate content')]),
  ]
}

/** What was so before may stay so. */
const conditionErrors = (
  next: CertificateSigningRequest,
  previous: CertificateSigningRequest,
): readonly FieldError[] => {
  const before = conditionsOf(previous)
  const wasBoth = verdicts.every(type => ofType(previous, type).length > 0)
  const hadAgain = new Set(before.map(({ type }) => type)).size < before.length
  const hadNameless = before.some(({ type }) => type === '')
  const seen = new Set<string>()
  return each(path, conditionsOf(next), ({ type, status }, at) => {
    const other = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined
    const told = [
      ...(type === '' && !hadNameless ? [required(`${at}.type`)] : []),
      ...statusErrors(`${at}.status`, type, status),
      ...(other !== undefined && seen.has(other) && !wasBoth
        ? [invalid(path, type, 'Approved and Denied conditions are mutually exclusive')]
        : []),
      ...(seen.has(type) && !hadAgain ? [duplicate(`${at}.type`, type)] : []),
    ]
    seen.add(type)
    return told
  })
}

const statusErrors = (at: string, type: string, status: string): readonly FieldError[] => {
  if (status === '') return [required(at)]
  const allowed = onlyTrue.has(type) ? ['True'] : ['False', 'True', 'Unknown']
  return allowed.includes(status) ? [] : [notSupported(at, status, allowed)]
}

const removalErrors = (next: CertificateSigningRequest, previous: CertificateSigningRequest): readonly FieldError[] =>
  [...onlyTrue].flatMap(type =>
    ofType(next, type).length < ofType(previous, type).length
      ? [forbidden(path, `updates may not remove a condition of type "${type}"`)]
      : [],
  )
