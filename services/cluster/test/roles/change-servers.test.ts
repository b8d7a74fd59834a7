import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { changeOf } from '../../src/replicas/change-servers.ts'

const server = (name: string) => ({ name, address: '192.0.2.1', port: 4222, routePort: 6222 })
const [one, two, three, four] = ['one', 'two', 'three', 'four'].map(server) as [
  ReturnType<typeof server>,
  ReturnType<typeof server>,
  ReturnType<typeof server>,
  ReturnType<typeof server>,
]

describe('the servers that keep the log', () => {
  it('take in whoever joined later', () => {
    assert.deepEqual(
      changeOf([one, two, three], [two, three, four]),
      E.right({ stay: [one, two, three], come: [four] }),
    )
  })

  it('let one go where another one comes, or where enough stay', () => {
    assert.deepEqual(
      changeOf([one, two, three], [two, three, four], 'two'),
      E.right({ stay: [one, three], come: [four] }),
    )
    assert.deepEqual(
      changeOf([one, two, three, four], [two, three, four], 'one'),
      E.right({ stay: [two, three, four], come: [] }),
    )
  })

  it('let none go where two would be left, which do not outlive the loss of one', () => {
    const change = changeOf([one, two, three], [two, three], 'two')
    assert.ok(E.isLeft(change))
    assert.match(change.left, /kept by one, two, three; without two 2 would keep it/)
  })
})
