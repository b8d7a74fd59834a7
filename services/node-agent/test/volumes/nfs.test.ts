import assert from 'node:assert/strict'
import { lstat, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { nfsMountArguments, prepareNfs } from '../../src/volumes/nfs.ts'

const asked = (server: string, readOnly = false, options: readonly string[] = []) =>
  nfsMountArguments({ source: { server, path: '/srv/share' }, readOnly, options }, '/v')

describe('a volume of an NFS server', () => {
  it('is mounted as the kubelet mounts it', () => {
    assert.deepEqual(asked('nas.example'), E.right(['-t', 'nfs', 'nas.example:/srv/share', '/v']))
    assert.deepEqual(asked('fd00::1'), E.right(['-t', 'nfs', '[fd00::1]:/srv/share', '/v']))
    assert.deepEqual(
      asked('10.0.0.1', true, ['nfsvers=4.1', 'hard', '', 'hard']),
      E.right(['-t', 'nfs', '-o', 'hard,nfsvers=4.1,ro', '10.0.0.1:/srv/share', '/v']),
    )
  })

  it('is of no server whose name would be options of mount', () => {
    assert.deepEqual(asked('-osuid,bind'), E.left('invalid NFS server: "-osuid,bind"'))
  })

  it('is refused in the words of the kubelet where there is no such server, or no such file system', async () => {
    const root = await mkdtemp(join(tmpdir(), 'periplus-nfs-'))
    try {
      const home = join(root, 'volumes/kubernetes.io~nfs/share')
      const source = { server: '127.0.0.1', path: '/nobody-exports-this' }
      const { signal } = new AbortController()
      const done = await prepareNfs({ source, readOnly: true, options: ['retry=0', 'nfsvers=4'] }, home, signal)
      assert.ok(E.isLeft(done))
      const [status, command, args, output] = done.left.split('\n')
      assert.match(status ?? '', /^mount failed: exit status \d+$/)
      assert.equal(command, 'Mounting command: mount')
      assert.equal(args, `Mounting arguments: -t nfs -o nfsvers=4,retry=0,ro 127.0.0.1:/nobody-exports-this ${home}`)
      assert.match(output ?? '', /^Output: mount/)
      await assert.rejects(lstat(home), { code: 'ENOENT' })
    } finally {
      await rm(root, { recursive: true })
    }
  })
})
