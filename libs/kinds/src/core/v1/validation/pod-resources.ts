import { compareQuantities, fieldError, formatQuantity, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath, Quantity } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import { containerLimits, containerRequests } from '../../../pods/requests.ts'
import type { PodSpec } from '../pod/spec.ts'
import { isHugePages, resourceNameErrors } from './resource-names.ts'
import { resourceErrors } from './resources.ts'

const { forbidden, invalid, notSupported } = fieldError

const supported = ['cpu', 'hugepages-', 'memory']

/** Whether a pod as a whole may ask for the resource. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name)

const nameErrors = (path: FieldPath, name: string): readonly FieldError[] => {
  const broken = resourceNameErrors(path, name)
  if (broken.length > 0 || isPodLevelResource(name)) return broken
  return [notSupported(path, name, supported)]
}

type Amounts = Readonly<Record<string, string>>

/** What the containers have together is within what the pod has. */
const enoughErrors = (path: FieldPath, own: Amounts, together: Readonly<Record<string, Quantity>>, told: string) =>
  Object.entries(together).flatMap(([name, amount]) => {
    const limit = own[name]
    return limit !== undefined && compareQuantities(amount, quantityOf(limit)) > 0
      ? [
          invalid(
            `${path}[${name}]`,
            limit,
            `must be greater than or equal to aggregate container ${told} of ${formatQuantity(amount)}`,
          ),
        ]
      : []
  })

/** What is wrong with what a pod as a whole asks for and is limited to. */
export const podResourceErrors = (
  path: FieldPath,
  spec: PodSpec,
  claims: ReadonlySet<string>,
): readonly FieldError[] => {
  const { resources } = spec
  const at = `${path}.resources`
  if (!resources) return []
  if (spec.os?.name === 'windows') return [forbidden(at, 'may not be set for a windows pod')]
  const { requests = {}, limits = {} } = resources
  const hugePages = Object.entries(containerLimits(spec)).filter(([name]) => isHugePages(name))
  return [
    ...(resources.claims === undefined
      ? []
      : [forbidden(`${at}.claims`, 'claims may not be set for Resources at pod-level')]),
    ...resourceErrors(at, resources, claims, nameErrors),
    ...enoughErrors(`${at}.requests`, requests, containerRequests(spec), 'requests'),
    ...enoughErrors(`${at}.limits`, limits, Object.fromEntries(hugePages), 'limits'),
    ...each(`${at}.containers`, spec.containers, (container, one) =>
      Object.entries(container.resources?.limits ?? {}).flatMap(([name, text]) => {
        const most = limits[name]
        return most !== undefined && compareQuantities(quantityOf(text), quantityOf(most)) > 0
          ? [invalid(`${one}[${name}].limits`, text, `must be less than or equal to pod limits of ${most}`)]
          : []
      }),
    ),
  ]
}
