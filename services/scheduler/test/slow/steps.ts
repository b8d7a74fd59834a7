import fc from 'fast-check'

export const zone = 'topology.kubernetes.io/zone'
export const hostname = 'kubernetes.io/hostname'

const label = fc.constantFrom('x', 'y')
const selector = fc.oneof(
  label.map(app => ({ matchLabels: { app } })),
  fc.constant({}),
  fc.constant(undefined),
  fc.constant({ matchExpressions: [{ key: 'app', operator: 'Exists' }] }),
)
const term = fc.record(
  {
    topologyKey: fc.constantFrom(zone, hostname),
    labelSelector: selector,
    namespaces: fc.constantFrom([], ['default', 'other']),
    namespaceSelector: fc.constantFrom({}, { matchLabels: { team: 'red' } }),
    matchLabelKeys: fc.constantFrom(['app'], []),
  },
  { requiredKeys: ['topologyKey', 'labelSelector'] },
)
const hard = fc.array(term, { maxLength: 2 })
const soft = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), podAffinityTerm: term }), { maxLength: 2 })
const company = fc.record({
  requiredDuringSchedulingIgnoredDuringExecution: hard,
  preferredDuringSchedulingIgnoredDuringExecution: soft,
})
const affinity = fc.record({ podAffinity: company, podAntiAffinity: company }, { requiredKeys: [] })
const spread = fc.record(
  {
    topologyKey: fc.constantFrom(zone, hostname),
    maxSkew: fc.integer({ min: 1, max: 2 }),
    whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
    labelSelector: selector,
    minDomains: fc.constantFrom(1, 3),
    nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'),
    nodeAffinityPolicy: fc.constantFrom('Honor', 'Ignore'),
    matchLabelKeys: fc.constantFrom(['app'], []),
  },
  { requiredKeys: ['topologyKey', 'maxSkew', 'whenUnsatisfiable', 'labelSelector'] },
)
export const wish = fc.record({
  app: label,
  namespace: fc.constantFrom('default', 'other'),
  cpu: fc.constantFrom('500m', '1', '2'),
  spec: fc.record(
    {
      affinity,
      topologySpreadConstraints: fc.array(spread, { maxLength: 2 }),
      priority: fc.constantFrom(0, 10),
    },
    { requiredKeys: ['affinity'] },
  ),
})
/** Constraints that differ in little but in which nodes count. */
export const spreadingWish = fc.record({
  app: fc.constant('x'),
  namespace: fc.constant('default'),
  cpu: fc.constant('100m'),
  spec: fc.record(
    {
      topologySpreadConstraints: fc.array(
        fc.record(
          {
            topologyKey: fc.constantFrom(zone, hostname),
            maxSkew: fc.constant(1),
            whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
            labelSelector: fc.constant({ matchLabels: { app: 'x' } }),
            nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'),
            nodeAffinityPolicy: fc.constantFrom('Honor', 'Ignore'),
          },
          { requiredKeys: ['topologyKey', 'maxSkew', 'whenUnsatisfiable', 'labelSelector'] },
        ),
        { minLength: 1, maxLength: 2 },
      ),
      nodeSelector: fc.constantFrom({ disk: 'fast' }, {}),
      tolerations: fc.constantFrom([{ key: 'dedicated', operator: 'Exists' }], []),
    },
    { requiredKeys: ['topologySpreadConstraints'] },
  ),
})
/** Little to choose from but by what a node has by itself, and by who makes way for whom. */
export const urgentWish = fc.record({
  app: label,
  namespace: fc.constant('default'),
  cpu: fc.constantFrom('1', '2', '3'),
  spec: fc.record(
    {
      priority: fc.constantFrom(0, 5, 10),
      nodeSelector: fc.constantFrom({ disk: 'fast' }, {}),
      tolerations: fc.constantFrom([{ key: 'dedicated', operator: 'Exists' }], []),
    },
    { requiredKeys: ['priority'] },
  ),
})
const which = fc.nat({ max: 50 })
export const stepsOf = (wish: fc.Arbitrary<{ app: string; namespace: string; cpu: string; spec: object }>) => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ tag: fc.constant('Place' as const), wish, seed: fc.nat(), comes: fc.boolean() }),
    },
    { weight: 1, arbitrary: fc.record({ tag: fc.constant('End' as const), which }) },
    { weight: 1, arbitrary: fc.record({ tag: fc.constant('RelabelPod' as const), which, app: label }) },
    { weight: 1, arbitrary: fc.record({ tag: fc.constant('Promise' as const), which, wish }) },
    {
      weight: 1,
      arbitrary: fc.record({
        tag: fc.constant('RelabelNode' as const),
        which,
        zone: fc.constantFrom('a', 'b', undefined),
      }),
    },
    { weight: 1, arbitrary: fc.record({ tag: fc.constant('NodeGoesOrComes' as const), which }) },
    {
      weight: 1,
      arbitrary: fc.record({ tag: fc.constant('RelabelNamespace' as const), team: fc.constantFrom('red', 'blue') }),
    },
  )
  return fc.array(step, { minLength: 10, maxLength: 60 })
}
/** What happens to a cluster. */
export type Step = (ReturnType<typeof stepsOf> extends fc.Arbitrary<infer A> ? A : never)[number]
