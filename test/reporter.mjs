// The `spec` report, then the files that took longest. How many passed, and what failed, goes to the file that TEST_COUNTS names. Tests that
// come to a standstill, or leave something that keeps their process, are ended, as ones that failed.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { Worker } from 'node:worker_threads'
import mocha from 'mocha'

const { EVENT_HOOK_BEGIN, EVENT_HOOK_END, EVENT_SUITE_BEGIN, EVENT_TEST_BEGIN, EVENT_TEST_END } = mocha.Runner.constants
const listed = 25
const beatMilliseconds = 1000
const leaveMilliseconds = 60_000
const counts = process.env.TEST_COUNTS

const firstLine = test => String(test.err?.message ?? '').split('\n', 1)[0]
const named = test => `${relative(process.cwd(), test.file ?? '')}: ${test.fullTitle()}`

export default class Reporter extends mocha.reporters.Spec {
  #seconds = new Map()
  #watchdog = new Worker(new URL('watchdog.mjs', import.meta.url), { workerData: { counts } })
  #beat = setInterval(() => this.#watchdog.postMessage(undefined), beatMilliseconds)

  constructor(runner, options) {
    super(runner, options)
    this.#watchdog.unref()
    this.#beat.unref()
    let since = performance.now()
    const spent = file => {
      const now = performance.now()
      if (file) this.#seconds.set(file, (this.#seconds.get(file) ?? 0) + (now - since) / 1000)
      since = now
    }
    // What passes between two of these belongs to the file of the later one: hooks and tests are told at their end.
    runner.on(EVENT_SUITE_BEGIN, suite => spent(suite.file))
    runner.on(EVENT_HOOK_END, hook => spent(hook.file ?? hook.parent?.file))
    runner.on(EVENT_TEST_END, test => spent(test.file))
    for (const begun of [EVENT_HOOK_BEGIN, EVENT_TEST_BEGIN])
      runner.on(begun, test => this.#watchdog.postMessage({ ...this.#found(), at: named(test) }))
  }

  #found() {
    const { passes, failures } = this.stats
    return { passes, failures, failed: this.failures.map(test => `${named(test)}: ${firstLine(test)}`) }
  }

  epilogue() {
    super.epilogue()
    console.log('seconds, by file:')
    const slowest = [...this.#seconds].sort(([, one], [, other]) => other - one).slice(0, listed)
    for (const [file, seconds] of slowest)
      console.log(`  ${seconds.toFixed(1).padStart(6)} ${relative(process.cwd(), file)}`)
    if (counts) writeFileSync(counts, JSON.stringify(this.#found()))
    setTimeout(() => this.#endWhatStays(), leaveMilliseconds).unref()
  }

  /** Ends a process that something of the tests keeps, which no test has failed for. */
  #endWhatStays() {
    const fault = `something of the tests keeps their process: ${process.getActiveResourcesInfo().join(', ')}`
    const handles = process.report
      .getReport()
      .libuv.filter(({ is_active: active, is_referenced: held }) => active && held)
    console.error([fault, ...handles.map(handle => JSON.stringify(handle))].join('\n  '))
    const { passes, failures, failed } = this.#found()
    if (counts) writeFileSync(counts, JSON.stringify({ passes, failures: failures + 1, failed: [...failed, fault] }))
    process.exit(1)
  }
}
