/** What expressions may cost in Kubernetes (`k8s.io/apiserver/pkg/apis/cel`); a unit is some hundred nanoseconds. */

/** One evaluation of one expression. */
export const callLimit = 1_000_000
/** All rules of a custom resource, or all expressions of a policy's binding, for one write. */
export const requestLimit = 10_000_000
/** All `matchConditions` of one webhook or policy, for one write. */
export const matchConditionsLimit = 2_500_000
/** The longest text that a `messageExpression` may give, in bytes. */
export const longestMessage = 5 * 1024
/** All evaluations of one rule of a custom kind that one object could need, as estimated when the kind is defined. */
export const ruleCostLimit = 10_000_000
/** The same of all rules of a kind's schema. */
export const definitionCostLimit = 100_000_000
