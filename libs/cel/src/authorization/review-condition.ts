import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { compileTyped } from '../admission/policy-expression.ts'
import { callLimit } from '../limits.ts'
import { listOf, mapOf, structOf, textOfRequest as text } from '../schema/declared.ts'
import { readJson } from '../schema/read-json.ts'
import { scalars } from '../types/type.ts'

/** Whether a webhook is asked about a SubjectAccessReview's `spec`; left: why that is not known. */
export type ReviewCondition = (spec: unknown) => Either<string, boolean>

const texts = listOf(text)
const requirements = listOf(structOf('kubernetes.SelectorRequirement', { key: text, operator: text, values: texts }))
const selector = structOf('kubernetes.SelectorAttributes', { rawSelector: text, requirements })

const request = structOf('kubernetes.SubjectAccessReviewSpec', {
  resourceAttributes: structOf('kubernetes.ResourceAttributes', {
    namespace: text,
    verb: text,
    group: text,
    version: text,
    resource: text,
    subresource: text,
    name: text,
    fieldSelector: selector,
    labelSelector: selector,
  }),
  nonResourceAttributes: structOf('kubernetes.NonResourceAttributes', { path: text, verb: text }),
  user: text,
  groups: texts,
  extra: mapOf(texts),
  uid: text,
})

/** A truth over `request`, a SubjectAccessReview's spec of v1, or what is wrong with it, as Kubernetes says it. */
export const reviewCondition = (source: string): Either<string, ReviewCondition> => {
  const program = compileTyped(source, { variables: new Map([['request', request.type]]) }, scalars.bool)
  if (E.isLeft(program)) return program
  return E.right(spec => {
    const { result } = program.right.evaluate(() => readJson(spec, request), callLimit)
    return E.isLeft(result)
      ? E.left(`expression '${source}' resulted in error: ${result.left.message}`)
      : E.right(result.right === true)
  })
}
