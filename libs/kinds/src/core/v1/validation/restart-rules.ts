import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import type { Container } from '../container.ts'

const { forbidden, notSupported, required, tooLong } = fieldError

const policies = ['Always', 'Never', 'OnFailure']
const mostRules = 20
const mostCodes = 255

type Restarting = Pick<Container, 'restartPolicy' | 'restartPolicyRules'>

/** What is wrong with when a container restarts by its own rules. */
export const restartErrors = (path: FieldPath, container: Restarting): readonly FieldError[] => {
  const { restartPolicy: policy, restartPolicyRules: rules = [] } = container
  const list = `${path}.restartPolicyRules`
  return [
    ...(policy === undefined
      ? rules.length > 0
        ? [required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')]
        : []
      : policies.includes(policy)
        ? []
        : [notSupported(`${path}.restartPolicy`, policy, policies)]),
    ...(rules.length > mostRules ? [tooLong(list, mostRules)] : []),
    ...each(list, rules, ({ action, exitCodes }, at) => [
      ...(action === 'Restart' ? [] : [notSupported(`${at}.action`, action, ['Restart'])]),
      ...(exitCodes ? codesErrors(`${at}.exitCodes`, exitCodes) : [required(`${at}.exitCodes`, 'must be specified')]),
    ]),
  ]
}

const codesErrors = (path: FieldPath, codes: { readonly operator: string; readonly values?: readonly number[] }) => [
  ...(codes.operator === 'In' || codes.operator === 'NotIn'
    ? []
    : [notSupported(`${path}.operator`, codes.operator, ['In', 'NotIn'])]),
  ...((codes.values?.length ?? 0) > mostCodes ? [tooLong(`${path}.values`, mostCodes)] : []),
]

/** As `restartErrors`; a sidecar is always restarted, whatever it ended with. */
export const initRestartErrors = (path: FieldPath, container: Restarting): readonly FieldError[] => {
  const { restartPolicy, restartPolicyRules: rules = [] } = container
  if (restartPolicy === undefined)
    return rules.length > 0
      ? [required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')]
      : []
  if (restartPolicy !== 'Always') return restartErrors(path, container)
  return rules.length > 0
    ? [
        forbidden(
          `${path}.restartPolicyRules`,
          'restartPolicyRules are not allowed for init containers with restart policy Always',
        ),
      ]
    : []
}
