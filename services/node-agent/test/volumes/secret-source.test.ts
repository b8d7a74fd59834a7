import assert from 'node:assert/strict'
import type { Secret } from '@periplus/kinds'
import { cutOf } from '@periplus/controller'
import { unreadableAnnotation } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { secretSource } from '../../src/volumes/secret-source.ts'

const place = { namespace: 'shop', name: 'keys' }
const opened = { metadata: place, data: { key: 'dg==' } } as unknown as Secret

/** A cut with the Secret sealed, and an API that answers as it is told. */
const world = () => {
  const annotations = { [unreadableAnnotation]: 'sealed' }
  const cut = cutOf([{ apiVersion: 'v1', kind: 'Secret', metadata: { ...place, annotations } } as unknown as Secret])
  const asked: ((answer: Either<string, Secret>) => void)[] = []
  const had = secretSource(cut, () => new Promise(resolve => asked.push(resolve)))
  return { asked, had: () => had([place]) }
}

describe('the Secrets of pods', () => {
  it('are asked for once, whoever needs one meanwhile and afterwards', async () => {
    const { asked, had } = world()
    const both = Promise.all([had(), had()])
    asked[0]?.(E.right(opened))
    for (const one of [...(await both), await had()]) assert.equal(E.isRight(one) && one.right(place), opened)
    assert.equal(asked.length, 1)
  })

  it('are asked for again when they could not be had', async () => {
    const { asked, had } = world()
    const both = Promise.all([had(), had()])
    asked[0]?.(E.left('away'))
    for (const one of await both) assert.deepEqual(one, E.left('the Secret shop/keys cannot be read: away'))
    const again = had()
    asked[1]?.(E.right(opened))
    const one = await again
    assert.equal(E.isRight(one) && one.right(place), opened)
  })
})
