import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { retainedKinds } from '../../src/home/retained-kinds.ts'

describe('how long the past of kinds can be read', () => {
  const { parse } = retainedKinds('PERIPLUS_RETAIN_KINDS', '')
  const hour = 3_600_000

  it('is for ever, or a time for each kind and for all others', () => {
    assert.deepEqual(parse(undefined), E.right(new Map()))
    assert.deepEqual(parse('none'), E.right(new Map()))
    assert.deepEqual(
      parse('events=1h, pods=1w,widgets.example.com=90m,jobs.batch=2d,*=30d'),
      E.right(
        new Map([
          ['events', hour],
          ['pods', 7 * 24 * hour],
          ['widgets.example.com', 1.5 * hour],
          ['jobs.batch', 48 * hour],
          ['*', 30 * 24 * hour],
        ]),
      ),
    )
  })

  it('is refused where it cannot be, in words', () => {
    const refused = (text: string): string => {
      const read = parse(text)
      assert.ok(E.isLeft(read), text)
      return read.left
    }
    assert.match(refused('events'), /"events" is no kind and a time, such as pods=1w/)
    assert.match(refused('events=1y'), /is no kind and a time/)
    assert.match(refused(''), /is no kind and a time/)
    assert.match(refused('events=1m'), /events=1m is not between 2 minutes/)
    assert.match(refused('Events=1h'), /"Events" is no resource/)
    assert.match(refused('evens=1h'), /"evens" is no resource, such as pods/)
    assert.match(refused('events.events.k8s.io=1h'), /events.events.k8s.io are kept as events/)
    assert.match(refused('events=1h,events=2h'), /names a kind more than once/)
    assert.match(refused('pods=31d,*=30d'), /pods would be kept longer than all others/)
    for (const lasting of [
      'namespaces',
      'roles.rbac.authorization.k8s.io',
      'customresourcedefinitions.apiextensions.k8s.io',
    ])
      assert.match(refused(`${lasting}=1h`), /the past is read by them/)
    const many = Array.from({ length: 17 }, (_, i) => `w${i}.example.com=1h`).join()
    assert.match(refused(many), /names more than 16 kinds/)
  })
})
