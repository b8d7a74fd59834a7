import assert from 'node:assert/strict'
import type { Pod, VolumeMount } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { planned, pod, running } from '../plan/given.ts'
import { canRecurse, isRecursive } from '../../src/volumes/recursive-read-only.ts'
import { volumeMounts } from '../../src/volumes/mounts.ts'

const mount = (more: Partial<VolumeMount> = {}): VolumeMount => ({
  name: 'v',
  mountPath: '/v',
  readOnly: true,
  ...more,
})

describe('mounts that are read-only with all that is mounted below', () => {
  const refused = (why: string) => E.left(`volume "v" requested recursive read-only mode, but it is ${why}`)
  const table: readonly (readonly [string, VolumeMount, boolean, ReturnType<typeof isRecursive>])[] = [
    ['are not asked for', mount(), true, E.right(false)],
    ['are asked not to be', mount({ recursiveReadOnly: 'Disabled' }), true, E.right(false)],
    ['are wanted and possible', mount({ recursiveReadOnly: 'Enabled' }), true, E.right(true)],
    [
      'are wanted and not possible',
      mount({ recursiveReadOnly: 'Enabled' }),
      false,
      refused('not supported by the runtime'),
    ],
    ['are wanted where possible', mount({ recursiveReadOnly: 'IfPossible' }), true, E.right(true)],
    ['are wanted where possible, and it is not', mount({ recursiveReadOnly: 'IfPossible' }), false, E.right(false)],
    [
      'are wanted of one that is to be written to',
      mount({ recursiveReadOnly: 'Enabled', readOnly: false }),
      true,
      refused('not read-only'),
    ],
    [
      'are wanted of one that propagates',
      mount({ recursiveReadOnly: 'IfPossible', mountPropagation: 'HostToContainer' }),
      true,
      refused('not compatible with propagation "HostToContainer"'),
    ],
  ]
  for (const [name, of, possible, expected] of table)
    it(name, () => assert.deepEqual(isRecursive(of, possible), expected))

  it('are what the pod’s own handler can do, and no other', () => {
    const handlers = [
      { name: '', recursiveReadOnlyMounts: false, userNamespaces: false },
      { name: 'new', recursiveReadOnlyMounts: true, userNamespaces: false },
    ]
    const of = (runtimeClassName?: string): Pod => ({
      spec: { containers: [], ...(runtimeClassName ? { runtimeClassName } : {}) },
    })
    const named = (name: string) => (name === 'fresh' ? { handler: 'new' } : undefined)
    const can = (name?: string): boolean => canRecurse(of(name), handlers, named)
    assert.deepEqual([can(), can('fresh'), can('unknown')], [false, true, false])
    assert.ok(!canRecurse(of(), [], named))
  })

  it('reach the runtime so', async () => {
    const mounts = async (possible: boolean) => {
      const container = { name: 'c', volumeMounts: [mount({ recursiveReadOnly: 'IfPossible' })] }
      const places = { homes: new Map([['v', '/srv']]), placeOf: () => '', canRecurse: possible }
      const made = await volumeMounts({ spec: { containers: [] } }, container, places, new Map())
      return E.isRight(made) ? made.right.map(({ readOnly, recursiveReadOnly }) => [readOnly, recursiveReadOnly]) : made
    }
    assert.deepEqual(await mounts(true), [[true, true]])
    assert.deepEqual(await mounts(false), [[true, undefined]])
  })

  it('are told in the container’s status, and stay what they were told to be', () => {
    const volumeMounts = [mount({ recursiveReadOnly: 'IfPossible' }), { name: 'w', mountPath: '/w' }]
    const of = pod({ containers: [{ name: 'app', image: 'app:1', volumeMounts }] })
    const told = (before: Pod, possible: boolean) =>
      planned(before, { containers: [running('app')], canRecurse: possible }).status
    const shown = (status: Pod['status']) => status?.containerStatuses?.[0]?.volumeMounts
    const first = told(of, true)
    assert.deepEqual(shown(first), [
      { name: 'v', mountPath: '/v', readOnly: true, recursiveReadOnly: 'Enabled' },
      { name: 'w', mountPath: '/w' },
    ])
    assert.deepEqual(shown(told({ ...of, status: first }, false)), shown(first))
    assert.equal(shown(told(of, false))?.[0]?.recursiveReadOnly, 'Disabled')
  })
})
