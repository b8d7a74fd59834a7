import assert from 'node:assert/strict'
import { join } from 'node:path'
import { root } from '../cluster.ts'
import type { TestCluster } from '../cluster.ts'

/** A page of the documentation in a namespace of its own, so that nothing that another page leaves behind is in its way. */
export interface Page {
  /** kubectl in the page's namespace, which must succeed. */
  ok(args: string | readonly string[], input?: string): Promise<string>
  /** Manifests of the page by their names. */
  apply(...names: readonly string[]): Promise<string>
  /** What the server says to a manifest that it refuses. */
  refused(name: string): Promise<string>
  /** The text at a JSON path of an object, such as `pod web`. */
  field(what: string, path: string): Promise<string>
  /** Removes the namespace, and waits for none of it. */
  leave(): Promise<string>
}

/** Makes the namespace; the page's manifests are in the folder of `test/fixtures/pages`. */
export const pageOf = async (cluster: TestCluster, folder: string, namespace: string): Promise<Page> => {
  const place = ['-n', namespace]
  const ok: Page['ok'] = (args, input) =>
    cluster.ok([...place, ...(typeof args === 'string' ? args.split(' ') : args)], input)
  const path = (name: string): string => join(root, 'test/fixtures/pages', folder, `${name}.yaml`)
  await cluster.ok(`create namespace ${namespace}`)
  return {
    ok,
    apply: (...names) => ok(['apply', ...names.flatMap(name => ['-f', path(name)])]),
    refused: async name => {
      const { code, stderr } = await cluster.kubectl([...place, 'apply', '-f', path(name)])
      assert.equal(code, 1, `${name} is not refused`)
      return stderr
    },
    field: (what, jsonPath) => ok(['get', ...what.split(' '), '-o', `jsonpath=${jsonPath}`]),
    leave: () => cluster.ok(`delete namespace ${namespace} --wait=false`),
  }
}
