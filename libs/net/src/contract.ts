import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Dataplane } from './dataplane.ts'
import type { Chain, NamedSet, Ruleset } from './ruleset.ts'

const right = <A>(result: Either<unknown, A>): A => {
  assert.ok(E.isRight(result), JSON.stringify(result))
  return result.right
}

const key = 'ipv4_addr . inet_proto . inet_service : verdict'

/** Services by number, each with a chain of its own. */
const leadingTo = (...services: readonly number[]): Ruleset => ({
  chains: new Map<string, Chain>([
    [
      'nat-prerouting',
      {
        hook: 'type nat hook prerouting priority -100; policy accept;',
        rules: ['ip daddr . meta l4proto . th dport vmap @services'],
      },
    ],
    ...services.map(
      n => [`service-${n}`, { rules: [`meta l4proto tcp dnat ip to 10.0.0.${n}:80`, 'counter'] }] as const,
    ),
  ]),
  sets: new Map<string, NamedSet>([
    [
      'services',
      {
        kind: 'map',
        type: key,
        elements: new Map(services.map(n => [`10.96.0.${n} . tcp . 80`, `goto service-${n}`])),
      },
    ],
    ...services.map(
      n =>
        [`clients-${n}`, { kind: 'set', type: 'ipv4_addr', options: 'flags dynamic,timeout; timeout 60s;' }] as const,
    ),
  ]),
})

/** What every dataplane does. `open` gives another user of the same table at each call. */
export const dataplaneContract = (name: string, open: () => Dataplane): void => {
  describe(`the dataplane ${name}`, () => {
    const names = async (dataplane: Dataplane): Promise<readonly string[]> => {
      const { chains, sets } = right(await dataplane.current())
      return [...chains.keys(), ...sets.keys()].sort()
    }
    const namesOf = ({ chains, sets }: Ruleset): readonly string[] => [...chains.keys(), ...sets.keys()].sort()

    it('holds what was applied, and nothing else', async () => {
      const dataplane = open()
      right(await dataplane.clear())
      assert.deepEqual(await names(dataplane), [])
      for (const wanted of [leadingTo(1, 2), leadingTo(2, 3, 4), leadingTo()]) {
        right(await dataplane.apply(wanted))
        assert.deepEqual(await names(dataplane), namesOf(wanted))
      }
      right(await dataplane.clear())
      right(await dataplane.clear())
      assert.deepEqual(await names(dataplane), [])
    })

    it('writes what changes', async () => {
      const dataplane = open()
      right(await dataplane.clear())
      const many = Array.from({ length: 200 }, (_, i) => i + 1)
      const all = right(await dataplane.apply(leadingTo(...many)))
      const one = right(await dataplane.apply(leadingTo(...many, 201)))
      assert.ok(one.bytes * 50 < all.bytes, `${one.bytes} of ${all.bytes}`)
      assert.deepEqual(right(await dataplane.apply(leadingTo(...many, 201))), { bytes: 0 })
      right(await dataplane.clear())
    })

    it('takes over what another user left', async () => {
      right(await open().apply(leadingTo(1, 2, 3)))
      const next = open()
      right(await next.apply(leadingTo(3, 4)))
      assert.deepEqual(await names(next), namesOf(leadingTo(3, 4)))
      right(await next.apply(leadingTo(4)))
      assert.deepEqual(await names(next), namesOf(leadingTo(4)))
      right(await next.clear())
    })
  })
}

export { openNamespace } from './contract/namespace.ts'
export type { Namespace } from './contract/namespace.ts'
