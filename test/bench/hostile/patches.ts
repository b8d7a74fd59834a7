import { attack, maps, pods, twice } from './attack.ts'
import type { Attack } from './attack.ts'
import { applying, configMap, many, members, patching, pod, posting } from './bodies.ts'

const target = `${maps}/target`
const bigPod = `${pods}/target`
/** What is patched, made first. */
export const patches: readonly Attack[] = [
  attack('(makes what is patched)', () => [
    posting(maps, {
      kind: 'ConfigMap',
      metadata: { name: 'target' },
      data: members(
        15_000,
        at => `k${at}`,
        () => 'v',
      ),
    }),
    posting(pods, {
      ...pod({}, { name: 'target' }),
      spec: {
        schedulerName: 'nobody',
        containers: [{ name: 'c', image: 'i', env: many(5_000, at => ({ name: `V${at}`, value: 'v' })) }],
      },
    }),
  ]),
  attack(
    'a JSON patch of 10,000 tests of everything',
    twice(() =>
      patching(
        target,
        'json',
        many(10_000, () => ({ op: 'test', path: '/data', value: { a: 'b' } })),
      ),
    ),
  ),
  attack(
    'a JSON patch of 10,000 copies',
    twice(() =>
      patching(
        target,
        'json',
        many(10_000, at => ({ op: 'copy', from: '/data', path: `/metadata/x${at}` })),
      ),
    ),
  ),
  attack(
    'a JSON patch of 10,000 moves',
    twice(() =>
      patching(
        target,
        'json',
        many(10_000, at => ({ op: 'move', from: `/data/k${at}`, path: `/data/m${at}` })),
      ),
    ),
  ),
  attack(
    'a JSON patch that inserts at the front',
    twice(() =>
      patching(
        bigPod,
        'json',
        many(10_000, at => ({ op: 'add', path: '/spec/containers/0/env/0', value: { name: `N${at}` } })),
      ),
    ),
  ),
  attack(
    'a JSON patch that tests all it grows',
    twice(() =>
      patching(
        target,
        'json',
        many(5_000, at => [
          { op: 'add', path: `/data/n${at}`, value: 'x' },
          { op: 'test', path: `/data/n${at}`, value: 'x' },
        ]).flat(),
      ),
    ),
  ),
  attack(
    'a merge patch of 40,000 nulls',
    twice(() =>
      patching(target, 'merge', {
        data: members(
          40_000,
          at => `n${at}`,
          () => null,
        ),
      }),
    ),
  ),
  attack(
    'a merge patch of 2.5 MB',
    twice(() =>
      patching(target, 'merge', {
        metadata: {
          annotations: members(
            15_000,
            at => `n${at}`,
            () => 'x'.repeat(100),
          ),
        },
      }),
    ),
  ),
  attack(
    'a strategic merge of 5,000 variables',
    twice(() =>
      patching(bigPod, 'strategic', {
        spec: { containers: [{ name: 'c', env: many(5_000, at => ({ name: `V${4_999 - at}`, value: 'w' })) }] },
      }),
    ),
  ),
  attack(
    'a strategic merge that orders 5,000',
    twice(() =>
      patching(bigPod, 'strategic', {
        spec: {
          containers: [
            {
              name: 'c',
              '$setElementOrder/env': many(5_000, at => ({ name: `V${4_999 - at}` })),
              env: many(5_000, at => ({ name: `V${at}`, $patch: 'delete' })),
            },
          ],
        },
      }),
    ),
  ),
  attack(
    'a strategic merge of 15,000 finalizers',
    twice(() =>
      patching(bigPod, 'strategic', {
        metadata: {
          finalizers: many(15_000, at => `a/${at}`),
          '$deleteFromPrimitiveList/finalizers': many(15_000, at => `a/${at}`),
        },
      }),
    ),
  ),
  attack(
    'an evicted patch: 15,000 keys of a status',
    twice(() =>
      patching(`${bigPod}/status`, 'strategic', {
        status: { conditions: many(6_000, at => ({ type: `T${at}`, status: 'True' })) },
      }),
    ),
  ),
  ...['one', 'another'].map(manager =>
    attack(
      `a ConfigMap of 19,000 keys, applied by ${manager}`,
      twice(() => {
        const body = configMap(
          {
            data: members(
              19_000,
              at => `k${at}`,
              () => manager,
            ),
          },
          { name: 'applied' },
        )
        return applying(`${maps}/applied?fieldManager=${manager}&force=true`, body)
      }),
    ),
  ),
]
