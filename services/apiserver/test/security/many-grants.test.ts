import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { KubernetesObject, Stored } from '@periplus/api'
import type { ClusterRole } from '@periplus/kinds'
import type { User } from '../../src/ports.ts'
import { aggregationAmong } from '../../src/security/rbac/aggregated-roles.ts'
import { grantsAt, liveGrants } from '../../src/security/rbac/grants.ts'
import { cluster } from './cluster.ts'

const rbac = 'rbac.authorization.k8s.io'
const person = (name: string) => ({ kind: 'User', apiGroup: rbac, name })
const user = (name: string): User => ({ name, uid: '', groups: ['ops'], extra: {} })
const everybody = ['a', 'b', 'c'].map(user)

describe('grants', () => {
  it('are those of the state, whatever has come and gone', async () => {
    const step = fc.record({
      resource: fc.constantFrom('clusterrolebindings', 'rolebindings'),
      name: fc.constantFrom('x', 'y'),
      role: fc.constantFrom('one', 'two'),
      subjects: fc.subarray([...['a', 'b'].map(person), { kind: 'Group', apiGroup: rbac, name: 'ops' }]),
      what: fc.constantFrom('put', 'remove', 'role'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async steps => {
        const world = cluster()
        await world.put('namespaces', { metadata: { name: 'shop' } })
        const live = liveGrants(world.cut)
        for (const { resource, name, role, subjects, what } of steps) {
          const namespace = resource === 'rolebindings' ? 'shop' : ''
          const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'one' }
          const metadata = { name, ...(namespace ? { namespace } : {}) }
          if (what === 'put') await world.put(`${resource}.${rbac}`, { metadata, roleRef, subjects })
          else if (what === 'role')
            await world.put(`clusterroles.${rbac}`, {
              metadata: { name: 'one' },
              rules: [{ verbs: ['get'], apiGroups: [''], resources: [`${role}s`] }],
            })
          else if (world.cut.entry({ group: rbac, resource, namespace, name }))
            await world.remove(`${resource}.${rbac}`, namespace, name)
          for (const who of everybody)
            for (const place of ['', 'shop', 'other'])
              assert.deepEqual(live().of(who, place), grantsAt(world.cut).of(who, place))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('of one binding are read when it changes, and not when another does', async () => {
    const world = cluster()
    const resource = `clusterrolebindings.${rbac}`
    const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'one' }
    await world.put(resource, { metadata: { name: 'crowd' }, roleRef, subjects: [person('a'), person('b')] })
    const grants = liveGrants(world.cut)
    assert.equal(grants().of(user('a'), '').length, 1)
    let reads = 0
    const entry = world.cut.entry({ group: rbac, resource: 'clusterrolebindings', namespace: '', name: 'crowd' })
    const object = entry?.object()
    Object.assign(entry ?? {}, { object: () => (reads++, object) })
    await world.put(resource, { metadata: { name: 'other' }, roleRef, subjects: [person('a')] })
    assert.deepEqual([grants().of(user('a'), '').length, grants().of(user('b'), '').length, reads], [2, 1, 0])
  })
})

describe('an aggregation', () => {
  const roleOf = (name: string, labels: object, rest: object = {}) =>
    ({ metadata: { name, labels }, ...rest }) as unknown as Stored<KubernetesObject & ClusterRole>
  const aggregating = (clusterRoleSelectors: readonly object[]) =>
    roleOf('sum', {}, { aggregationRule: { clusterRoleSelectors } })
  const many = <A>(count: number, one: (at: number) => A): A[] => Array.from({ length: count }, (_, at) => one(at))

  it('holds a selector against roles that have what it asks for, and not against thousands', () => {
    let looked = 0
    const roles = many(300, at => {
      const role = roleOf(`r${at}`, {})
      const labels = { [`l${at}`]: 'x' }
      Object.defineProperty(role.metadata, 'labels', { get: () => (looked++, labels) })
      return role
    })
    const of = (selectors: readonly object[]): readonly string[] | undefined =>
      aggregationAmong(roles)(aggregating(selectors))?.map(({ metadata }) => metadata.name)
    const nobody = many(500, at => ({ matchLabels: { [`none${at}`]: 'x' } }))
    assert.deepEqual(of([...nobody, { matchLabels: { l7: 'x' } }, { matchLabels: { l8: 'y' } }]), ['sum', 'r7'])
    const expressions = [
      { matchExpressions: [{ key: 'l9', operator: 'Exists' }] },
      { matchExpressions: [{ key: 'l10', operator: 'In', values: ['x', 'y'] }] },
      {
        matchExpressions: [
          { key: 'l11', operator: 'Exists' },
          { key: 'l11', operator: 'NotIn', values: ['x'] },
        ],
      },
    ]
    assert.deepEqual(of(expressions), ['sum', 'r9', 'r10'])
    assert.ok(looked < 1_000, `${looked} looks at the labels of 300 roles`)
    assert.equal(of([{}])?.length, 301)
    assert.equal(of([{ matchExpressions: [{ key: 'l0', operator: 'DoesNotExist' }] }])?.length, 300)
  })

  it('reaches what those that it selects select, and itself once', () => {
    const roles = [
      roleOf('one', { a: 'x' }, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { b: 'x' } }] } }),
      roleOf('two', { b: 'x' }, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'x' } }] } }),
      roleOf('three', { b: 'x' }),
    ]
    const reached = aggregationAmong(roles)(roles[0]!)
    assert.deepEqual(
      reached?.map(({ metadata }) => metadata.name),
      ['one', 'two', 'three'],
    )
  })

  it('of more than is looked at grants nothing, and says so', async () => {
    const world = cluster()
    const without = { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }
    for (let at = 0; at < 50; at++)
      await world.put(`clusterroles.${rbac}`, { metadata: { name: `r${at}`, labels: { a: 'x' } }, rules: [] })
    await world.put(`clusterroles.${rbac}`, {
      metadata: { name: 'sum', labels: { a: 'x' } },
      aggregationRule: { clusterRoleSelectors: many(4_500, () => without) },
    })
    const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'sum' }
    const metadata = { name: 'sum' }
    await world.put(`clusterrolebindings.${rbac}`, { metadata, roleRef, subjects: [person('a')] })
    const [grant] = liveGrants(world.cut)().of(user('a'), '')
    assert.deepEqual(grant?.rules, [])
    assert.equal(grant?.missing, `clusterrole.${rbac} "sum" aggregates by more than is looked at`)
  })
})
