import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuiltSuite } from './build.ts'
import type { JudgedCluster } from './cluster.ts'
import { repositoryList } from './images.ts'
import { specsOf } from './results.ts'
import type { Spec } from './results.ts'

export interface Selection {
  /** Regular expressions on the whole names of specs; empty ones choose nothing and leave out nothing. */
  readonly focus: string
  readonly skip: string
  /** The label that specs must bear; any spec of the suite without one. */
  readonly label: string | undefined
  readonly processes: number
  /** When ginkgo gives up on what is left, such as `90m`. */
  readonly limit: string
}

export interface Running {
  readonly built: BuiltSuite
  readonly cluster: JudgedCluster
  /** Where reports and what ginkgo says go. */
  readonly output: string
  readonly say: (line: string) => void
}

/** Runs the selected specs, first those that may run beside others, then the serial ones; refused where ginkgo left no report. */
export const runSpecs = async (running: Running, selection: Selection): Promise<readonly (readonly Spec[])[]> => {
  const runs: (readonly Spec[])[] = []
  for (const part of ['parallel', 'serial'] as const) {
    const report = await ginkgo(running, selection, part)
    runs.push(specsOf(readFileSync(report, 'utf8'), selection.label))
  }
  return runs
}

const ginkgo = async (
  { built, cluster: { cluster, within }, output, say }: Running,
  { focus, skip, label, processes, limit }: Selection,
  part: 'parallel' | 'serial',
): Promise<string> => {
  const report = `${part}.json`
  const log = join(output, `${part}.log`)
  const repositories = join(output, 'repositories.yaml')
  const kubeconfig = join(cluster.home, 'kubeconfig')
  const [, host = ''] = /server: (\S+)/.exec(readFileSync(kubeconfig, 'utf8')) ?? []
  writeFileSync(repositories, repositoryList)
  const labels = [...(label === undefined ? [] : [label]), part === 'serial' ? 'Serial' : '!Serial'].join(' && ')
  say(`running the ${part} specs; ginkgo writes ${log}`)
  const out = openSync(log, 'w')
  const [command = '', ...before] = [...within, built.program('ginkgo')]
  const child = spawn(
    command,
    [
      ...before,
      ...[
        `--procs=${part === 'serial' ? 1 : processes}`,
        `--label-filter=${labels}`,
        `--timeout=${limit}`,
        '--no-color',
        '--silence-skips',
      ],
      ...(focus === '' ? [] : [`--focus=${focus}`]),
      ...(skip === '' ? [] : [`--skip=${skip}`]),
      ...[`--output-dir=${output}`, `--json-report=${report}`, built.suite, '--'],
      ...['--provider=skeleton', `--kubeconfig=${kubeconfig}`, `--host=${host}`, '--disable-log-dump'],
      `--kubectl-path=${join(cluster.home, 'tools/bin/kubectl')}`,
    ],
    { stdio: ['ignore', out, out], env: { ...process.env, KUBECONFIG: kubeconfig, KUBE_TEST_REPO_LIST: repositories } },
  )
  const stop = (): void => void child.kill('SIGINT')
  process.on('SIGINT', stop).on('SIGTERM', stop)
  await new Promise(done => child.once('close', done))
  process.off('SIGINT', stop).off('SIGTERM', stop)
  closeSync(out)
  const path = join(output, report)
  if (!existsSync(path)) throw new Error(`ginkgo left no report; see ${log}`)
  return path
}
